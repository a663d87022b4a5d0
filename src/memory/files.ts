import { readFileSync } from 'node:fs';

/** The text of a small file of the kernel; `null` when it cannot be read, whatever the reason. */
export function readText(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null;
  }
}

/** The number after a key at the start of a line: `MemTotal: 24684084 kB`, `inactive_file 1007616`. */
export function numberAfter(text: string, key: string): number | null {
  const start = text.startsWith(key) ? 0 : text.indexOf(`\n${key}`) + 1;
  if (start === 0 && !text.startsWith(key)) return null;
  const value = Number.parseInt(text.slice(start + key.length).trimStart(), 10);
  return Number.isNaN(value) ? null : value;
}
