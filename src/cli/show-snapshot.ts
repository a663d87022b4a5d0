import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { WatertightError } from '../kernel/errors.ts';
import { formatBytes, formatDuration } from '../kernel/format.ts';
import { findThread } from '../watch/ask/find-thread.ts';
import { Line } from '../watch/ask/line.ts';
import { analyseApart } from '../watch/snapshots/analyse-apart.ts';
import { takeSnapshot } from '../watch/snapshots/take.ts';
import { say } from './say.ts';
import { countsText, diffText, oneText } from './snapshot-text.ts';

export interface SnapshotFlags {
  readonly pid?: string;
  readonly thread: string;
  readonly out?: string;
  readonly counts?: boolean;
  readonly limit: string;
  readonly json?: boolean;
}

function invalid(message: string): WatertightError {
  return new WatertightError('WT_INVALID_OPTION', message);
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least)
    throw invalid(`${name} must be a whole number of at least ${least}, got "${text}"`);
  return value;
}

/** A name that nothing has yet. */
function freshName(pid: number): string {
  for (let number = 1; ; number += 1) {
    const path = resolve(`${pid}-${number}.heapsnapshot`);
    if (!existsSync(path)) return path;
  }
}

async function take(flags: SnapshotFlags): Promise<void> {
  const pid = wholeNumber('--pid', flags.pid ?? '', 1);
  const { directory, thread } = findThread(pid, wholeNumber('--thread', flags.thread, 0), process.env);
  const line = await Line.open(directory, thread);
  try {
    const path = flags.out === undefined ? freshName(pid) : resolve(flags.out);
    const taken = await takeSnapshot(line, path, say);
    const text = `${taken.path}  ${formatBytes(taken.bytes)}; the program stood still for ${formatDuration(taken.stopMs)}`;
    process.stdout.write(`${flags.json === true ? JSON.stringify(taken, null, 2) : text}\n`);
  } finally {
    line.close();
  }
}

function print(flags: SnapshotFlags, value: unknown, text: string): void {
  process.stdout.write(`${flags.json === true ? JSON.stringify(value, null, 2) : text}\n`);
}

async function show(files: readonly string[], flags: SnapshotFlags): Promise<void> {
  const limit = wholeNumber('--limit', flags.limit, 1);
  const [first, second, third] = files.map((file) => resolve(file));
  if (first === undefined)
    throw invalid('nothing to look at. Try: watertight snapshot one.heapsnapshot, or --pid <pid> to take one');
  if (files.length === 3 && second !== undefined && third !== undefined && flags.counts !== true) {
    const diff = await analyseApart({ what: 'three', files: [first, second, third], limit });
    return print(flags, diff, diffText(diff));
  }
  if (files.length !== 1)
    throw invalid(`snapshot takes one file, or three of one program in the order in which they were taken; got ${files.length}`);
  if (flags.counts === true) {
    const counts = await analyseApart({ what: 'counts', file: first, limit });
    return print(flags, counts, countsText(counts));
  }
  const one = await analyseApart({ what: 'one', file: first, limit });
  return print(flags, one, oneText(one));
}

/** Rejects with WT_INVALID_OPTION, WT_SNAPSHOT_INVALID, WT_SNAPSHOT_REFUSED, WT_NOT_FOUND, WT_NO_ANSWER, WT_RESOURCE_EXHAUSTED. */
export async function showSnapshot(files: readonly string[], flags: SnapshotFlags): Promise<void> {
  if (flags.pid === undefined) return show(files, flags);
  if (files.length > 0) throw invalid('--pid takes a snapshot; look at its file afterwards');
  return take(flags);
}
