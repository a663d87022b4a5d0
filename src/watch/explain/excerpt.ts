import { isAbsolute, join } from 'node:path';
import type { Site } from '../../wire/index.ts';
import type { Disk } from '../sites/disk.ts';

const before = 6;
const after = 24;
const longestLine = 200;

/** The lines of the source around a place, with their numbers and a mark; undefined where the source is not here. */
export function excerpt(site: Site, cwd: string, disk: Disk): string | undefined {
  const text = disk.read(isAbsolute(site.file) ? site.file : join(cwd, site.file));
  const lines = text?.split('\n') ?? [];
  if (text === undefined || site.line > lines.length) return undefined;
  const from = Math.max(0, site.line - 1 - before);
  return lines
    .slice(from, site.line + after)
    .map((line, index) => {
      const number = from + index + 1;
      return `${number === site.line ? '>' : ' '} ${String(number).padStart(5)} | ${line.slice(0, longestLine)}`;
    })
    .join('\n');
}
