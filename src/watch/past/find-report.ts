import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { parseReport } from '../../report/index.ts';
import { WatertightError } from '../../kernel/errors.ts';
import type { Report } from '../../wire/index.ts';
import { assembleReport } from '../assemble/report.ts';
import { reportedRuns } from '../places/report-files.ts';
import { ownerKey } from '../data/thread-data.ts';
import { readRunFile } from '../places/run-file.ts';
import { liveRuns } from './live-runs.ts';
import { holdsRunData, readRun } from './read-run.ts';

export interface FoundReport {
  readonly report: Report;
  /** Files of it that exist already. */
  readonly links: { readonly html?: string; readonly json?: string };
  /** Where its data, or its files, are. */
  readonly folder: string;
}

function notFound(message: string): WatertightError {
  return new WatertightError('WT_NOT_FOUND', message);
}

function finished(file: string): FoundReport {
  const html = join(dirname(file), 'report.html');
  const links = existsSync(html) ? { json: file, html } : { json: file };
  return { report: parseReport(readFileSync(file, 'utf8')), links, folder: dirname(file) };
}

function live(directory: string): FoundReport {
  const { data } = readRun(directory);
  if (data.threads.length === 0) {
    const problems = data.unreadable.map(({ file, why }) => `${file} ${why}`).join('; ');
    throw notFound(`${directory} holds no data that can be read${problems === '' ? '' : `: ${problems}`}`);
  }
  return { report: assembleReport(data), links: {}, folder: directory };
}

/** A run that a process with this id had a part in; null where it had none. Ids are given out again: what counts is whether that process runs still. */
function partIn(directory: string, pid: number): { readonly directory: string; readonly rank: number } | null {
  const run = readRunFile(directory);
  const past = readRun(directory);
  const threads = past.data.threads.filter((thread) => thread.header.pid === pid);
  const isSupervisor = run?.supervisor.pid === pid;
  if (threads.length === 0 && !isSupervisor && run?.program?.pid !== pid) return null;
  const runs = threads.some((thread) => past.data.running.has(ownerKey(thread))) || (isSupervisor && past.running);
  return { directory, rank: runs ? Number.MAX_SAFE_INTEGER : past.data.run.startedAtMs };
}

function ofPid(pid: number, env: NodeJS.ProcessEnv): FoundReport {
  const [found] = liveRuns(env)
    .toReversed()
    .flatMap((directory) => partIn(directory, pid) ?? [])
    .toSorted((a, b) => b.rank - a.rank);
  if (found === undefined)
    throw notFound(`no watched program has the process id ${pid}. Reports of finished runs are in .watertight/`);
  return live(found.directory);
}

function ofPath(path: string): FoundReport {
  if (!existsSync(path)) throw notFound(`there is no run at ${path}`);
  if (!statSync(path).isDirectory()) return basename(path).endsWith('.json') ? finished(path) : notA(path);
  if (existsSync(join(path, 'report.json'))) return finished(join(path, 'report.json'));
  if (holdsRunData(path)) return live(path);
  const newest = reportedRuns(path).at(-1);
  return newest === undefined ? notA(path) : finished(join(path, newest, 'report.json'));
}

function notA(path: string): never {
  throw notFound(`${path} is neither a run's directory nor a report`);
}

/** The run that goes on in this directory, else the last finished one. */
function latest(cwd: string, env: NodeJS.ProcessEnv): FoundReport {
  const here = liveRuns(env)
    .filter((directory) => readRunFile(directory)?.cwd === cwd)
    .toReversed();
  for (const directory of here) if (readRun(directory).data.threads.length > 0) return live(directory);
  const root = join(cwd, '.watertight');
  const newest = reportedRuns(root).at(-1);
  if (newest === undefined) throw notFound('nothing was watched in this directory yet. Try: watertight run -- node app.js');
  return finished(join(root, newest, 'report.json'));
}

/**
 * The report of a run: finished, going on, or dead. `what` is a directory of a run, a report file, a process id, or nothing for
 * the latest run of the working directory. Throws WT_NOT_FOUND, and what parsing a report throws.
 */
export function findReport(what: string | undefined, cwd: string, env: NodeJS.ProcessEnv): FoundReport {
  if (what === undefined) return latest(cwd, env);
  if (/^\d+$/.test(what) && !existsSync(resolve(cwd, what))) return ofPid(Number(what), env);
  return ofPath(resolve(cwd, what));
}
