import { randomBytes } from 'node:crypto';
import { lstatSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { settleEstate, unhandledKinds } from './dead-owners.ts';
import { deleteTree } from './delete-tree.ts';
import { readJournal } from './journal.ts';
import { deadPrefix, makingPattern } from './names.ts';
import { readOwner } from './owner-file.ts';
import { codeOf } from './trouble.ts';

/**
 * Removes the root of an owner that is proved to be dead. Empty when nothing is left; else why something is; undefined when another
 * process was faster. Never rejects.
 */
export async function buryOwner(root: string, claimed: boolean): Promise<string | undefined> {
  try {
    return await (makingPattern.test(basename(root)) ? bury(takeHalf(root), true) : bury(root, claimed));
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? undefined : String(error instanceof Error ? error.message : error);
  }
}

/** Taken whole, in one step: its maker, if it lives, finds nothing to give the root's name to, and begins again. */
function takeHalf(root: string): string {
  const aside = join(dirname(root), `${deadPrefix}${randomBytes(16).toString('hex')}`);
  renameSync(root, aside);
  return aside;
}

async function bury(root: string, claimed: boolean): Promise<string | undefined> {
  const owner = readOwner(root);
  const entries = readJournal(join(root, 'journal'));
  const unhandled = unhandledKinds(entries);
  if (unhandled.length > 0) return `its journal names things that are not handled here: ${unhandled.join(', ')}`;
  const nonce = owner?.nonce ?? '';
  // It could be read a moment ago: another process is removing this.
  if (!claimed && nonce === '') return undefined;
  const aside = claimed ? root : join(dirname(root), `${deadPrefix}${nonce}`);
  // The claim: of two that do this at the same time one fails.
  if (!claimed) renameSync(root, aside);
  if (entries.length > 0) await settleEstate(aside, nonce, entries);
  removeSocket(owner?.socket ?? '');
  await deleteTree(aside);
  return '';
}

/** One that stands elsewhere, because the path of the root was too long. */
function removeSocket(path: string): void {
  if (!isAbsolute(path) || !/^wt-[0-9a-f]{16}$/.test(basename(path))) return;
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() === true) rmSync(path, { force: true });
}
