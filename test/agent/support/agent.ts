import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isHeader, parseLine } from '../../../src/wire/index.ts';
import type { ThreadHeader, WireRecord } from '../../../src/wire/index.ts';
import { root } from '../../support/run-program.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** The built agent, as a supervisor would preload it. */
export const agentFile: string = join(root, 'dist/agent/entry.cjs');

export interface Run {
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A fresh run directory and the environment that makes a program write into it. */
export function makeRun(options = ''): Run {
  const directory = join(tempFolder(), 'run');
  mkdirSync(directory, { mode: 0o700 });
  return { directory, env: { NODE_OPTIONS: `--require ${agentFile}`, WATERTIGHT_RUN: directory, WATERTIGHT_OPTIONS: options } };
}

export interface ThreadFile {
  readonly header: ThreadHeader;
  readonly records: readonly WireRecord[];
}

/** All data files of a run, main threads first. Fails on a line that cannot be read. */
export function readThreads(directory: string): readonly ThreadFile[] {
  const files = readdirSync(directory).filter((name) => name.endsWith('.wt'));
  return files
    .map((name) => readThread(join(directory, name)))
    .sort((a, b) => a.header.tid - b.header.tid || a.header.pid - b.header.pid);
}

function readThread(path: string): ThreadFile {
  // "D": sizes of our tables, recorded for tests only.
  const lines = readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .filter((line) => !line.startsWith('["D"'));
  const parsed = lines.map((line) => {
    const value = parseLine(line);
    if (value === undefined) throw new Error(`unreadable line in ${path}: ${line.slice(0, 200)}`);
    return value;
  });
  const [header, ...records] = parsed;
  if (header === undefined || !isHeader(header)) throw new Error(`no header in ${path}`);
  return { header, records: records.filter((record): record is WireRecord => !isHeader(record)) };
}

/** The only thread of a run. */
export function readOnlyThread(directory: string): ThreadFile {
  const threads = readThreads(directory);
  if (threads.length !== 1 || !threads[0]) throw new Error(`${threads.length} data files instead of one`);
  return threads[0];
}

type Kind = WireRecord[0];

/** The records of one kind. */
export function ofKind<K extends Kind>(thread: ThreadFile, kind: K): readonly Extract<WireRecord, readonly [K, ...unknown[]]>[] {
  return thread.records.filter((record): record is Extract<WireRecord, readonly [K, ...unknown[]]> => record[0] === kind);
}

export interface RowView {
  readonly id: number;
  readonly type: string;
  readonly detail: string;
  readonly weight: number;
  /** File name and line of the innermost frame; '' when not known. */
  readonly at: string;
  readonly isClosed: boolean;
}

/** The rows of a thread with their lines. */
export function rowsOf(thread: ThreadFile): readonly RowView[] {
  const sites = new Map(ofKind(thread, 'f').map(([, site, frames]) => [site, frames]));
  const closed = new Set(ofKind(thread, '-').map((record) => record[2]));
  return ofKind(thread, '+').map(([, , id, type, site, detail, weight]) => {
    const frame = sites.get(site)?.[0];
    const at = frame ? `${frame[0].split('/').at(-1) ?? ''}:${frame[1]}` : '';
    return { id, type, detail, weight, at, isClosed: closed.has(id) };
  });
}
