import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

/** Large enough for each of the files that are read once a second; the kernel writes those in one piece. */
const piece = Buffer.alloc(16_384);

/** The text of a small file of the kernel, read with three system calls; `null` when it cannot be read, whatever the reason. */
export function readText(path: string): string | null {
  let descriptor = -1;
  try {
    descriptor = openSync(path, 'r');
    return piece.toString('latin1', 0, readSync(descriptor, piece, 0, piece.length, 0));
  } catch {
    return null;
  } finally {
    if (descriptor !== -1) closeSync(descriptor);
  }
}

/** The same for files of any length. */
export function readLongText(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null;
  }
}

/** The number after a key at the start of a line: `MemTotal: 24684084 kB`, `inactive_file 1007616`. */
export function numberAfter(text: string, key: string): number | null {
  const at = text.startsWith(key) ? 0 : text.indexOf(`\n${key}`);
  if (at === -1) return null;
  const start = at + key.length + (at === 0 ? 0 : 1);
  const value = Number.parseInt(text.slice(start, start + 32), 10);
  return Number.isNaN(value) ? null : value;
}
