import { chmodSync, lstatSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { WatertightError } from '../kernel/errors.ts';
import { codeOf } from './trouble.ts';

const forbidden: ReadonlySet<string> = new Set(['EACCES', 'EPERM']);

/** Somebody else may remove the same tree at the same time: a folder that was emptied under us is tried again. */
const how = { recursive: true, force: true, maxRetries: 3, retryDelay: 50 } as const;

/**
 * Removes a tree without following links, and looks that it has gone. Folders that their owner made read-only, as caches of modules
 * do, are opened first. Rejects with the error of the file system, or WT_TEMP_UNAVAILABLE when the tree still stands.
 */
export async function deleteTree(path: string): Promise<void> {
  try {
    await rm(path, how);
  } catch (error) {
    if (!forbidden.has(codeOf(error))) throw error;
    openUp(path);
    await rm(path, how);
  }
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined)
    throw new WatertightError('WT_TEMP_UNAVAILABLE', `temp: ${path} was removed and still stands`);
}

function openUp(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  chmodSync(path, 0o700);
  for (const entry of readdirSync(path, { withFileTypes: true })) if (entry.isDirectory()) openUp(join(path, entry.name));
}
