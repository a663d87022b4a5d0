import { statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Bytes } from '../../kernel/units.ts';
import { BadSnapshot, invalidSnapshot } from '../invalid.ts';
import type { Layout } from './layout.ts';
import type { Sinks } from './scanner.ts';
import { Scanner } from './scanner.ts';

const chunkBytes = 1_048_576;

/** Which file was read: should another stand there later, its strings are not those of this one. */
export interface FileMark {
  readonly path: string;
  readonly bytes: Bytes;
  readonly inode: number;
  readonly modifiedMs: number;
}

export function markOf(path: string): FileMark {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw invalidSnapshot(path, 'there is no such file');
  if (!stat.isFile()) throw invalidSnapshot(path, 'it is no file');
  return { path, bytes: stat.size, inode: stat.ino, modifiedMs: stat.mtimeMs };
}

/** Whether the same file still stands there, untouched. */
export function isUnchanged(mark: FileMark): boolean {
  const stat = statSync(mark.path, { throwIfNoEntry: false });
  return stat?.size === mark.bytes && stat.ino === mark.inode && stat.mtimeMs === mark.modifiedMs;
}

/** The same error for all that can be wrong with a file. */
export function asInvalid(path: string, error: unknown): unknown {
  if (error instanceof BadSnapshot) return invalidSnapshot(path, error.message);
  if (error instanceof Error && 'syscall' in error) return invalidSnapshot(path, `it cannot be read: ${error.message}`, error);
  return error;
}

async function scan(mark: FileMark, scanner: Scanner): Promise<void> {
  const file = await open(mark.path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, mark.bytes + 1));
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) break;
      scanner.feed(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
  scanner.end();
}

/** Reads a file once, from its beginning to its end, in pieces. Rejects with WT_SNAPSHOT_INVALID. */
export async function scanFile(path: string, start: (layout: Layout, mark: FileMark) => Sinks): Promise<FileMark> {
  const mark = markOf(path);
  try {
    await scan(mark, new Scanner(mark.bytes, (layout) => start(layout, mark)));
  } catch (error) {
    throw asInvalid(path, error);
  }
  if (!isUnchanged(mark)) throw invalidSnapshot(path, 'it was written to while it was read');
  return mark;
}
