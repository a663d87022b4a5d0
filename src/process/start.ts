import { spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { defaultRegistry, defineKind } from '../core/index.ts';
import type { ResourceRegistry, Scope, SyncResourceGuard, SyncResourceKind } from '../core/index.ts';
import { madeThrough } from '../core/kind.ts';
import { systemClock } from '../kernel/clock/index.ts';
import { WatertightError } from '../kernel/errors.ts';
import { anArray, invalid, shown } from '../kernel/options.ts';
import { systemProcessTable } from '../kernel/processes/index.ts';
import { markValue, newMark, ownerVariable } from './marks.ts';
import { noteInJournal, processOwner, strikeFromJournal } from './owner.ts';
import { OwnedProcessHandle } from './owned-process.ts';
import type { OwnedProcess } from './owned-process.ts';
import type { OwnProcessOptions, StopSettings } from './options.ts';
import { checkStartOptions, stopDefaults, stopSettings } from './options.ts';
import type { Reaper } from './reaper/reaper.ts';
import { theReaper } from './reaper/the-reaper.ts';
import { Tree } from './tree.ts';

const table = systemProcessTable();
const defaultStdio: StdioOptions = ['ignore', 'inherit', 'inherit'];
/** Beyond the stop's own deadlines, which end it first. */
const spareMs = 2_000;

function kindFor({ graceMs, killGraceMs, reapGraceMs }: StopSettings): SyncResourceKind<Tree> {
  const kind = defineKind<Tree>({
    type: 'process',
    release: async (tree) => {
      const { left } = await tree.stop();
      if (left.length > 0) throw stillThere(left.map(({ pid }) => pid));
    },
    releaseSync: (tree) => tree.kill(),
    probe: (tree) => tree.probe(),
    idempotent: true,
    releaseTimeoutMs: graceMs + killGraceMs + reapGraceMs + spareMs,
  });
  madeThrough(kind, ownProcess);
  return kind;
}

function stillThere(pids: readonly number[]): WatertightError {
  return new WatertightError('WT_RELEASE_FAILED', `process: ${pids.join(', ')} could not be ended`);
}

function register(tree: Tree, kind: SyncResourceKind<Tree>, options: OwnProcessOptions): SyncResourceGuard<Tree> {
  const owner: Scope | ResourceRegistry = options.owner ?? defaultRegistry();
  return 'adopt' in owner ? owner.adopt(tree, kind, options.row) : owner.register(tree, kind, options.row);
}

function notStarted(command: string, cause: Error): WatertightError {
  return new WatertightError('WT_PROCESS_NOT_STARTED', `ownProcess: ${command} could not be started: ${cause.message}`, {
    cause,
  });
}

/** Node tells in an event why a child could not be started. */
function whyNot(child: ChildProcess, command: string): Promise<never> {
  return new Promise((_resolve, reject) => {
    child.once('error', (cause) => reject(notStarted(command, cause)));
  });
}

function launch(command: string, args: readonly string[], options: OwnProcessOptions, mark: string): ChildProcess {
  const { cwd, uid, gid, shell } = options;
  const env = { ...(options.env ?? process.env), [ownerVariable]: processOwner().nonce, [mark]: markValue };
  return spawn(command, [...args], {
    env,
    stdio: options.stdio ?? defaultStdio,
    // Its own session and group; on Windows that would open a window.
    detached: process.platform !== 'win32',
    ...(cwd === undefined ? {} : { cwd }),
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
    ...(shell === undefined ? {} : { shell }),
  });
}

function checkCommand(command: unknown, args: unknown): void {
  if (typeof command !== 'string' || command === '')
    throw invalid('ownProcess', `the command must be a string, got ${shown(command)}`);
  if (!anArray.accepts(args)) throw invalid('ownProcess', `the arguments must be an array, got ${shown(args)}`);
}

interface Prepared {
  readonly mark: string;
  readonly reaper: Reaper;
  readonly journalId: number | undefined;
}

/** Said before the start: a process whose owner is killed right after it is found. */
function prepare(options: OwnProcessOptions): Prepared {
  const reaper = theReaper(options.reaper);
  const mark = newMark(processOwner().nonce);
  const journalId = noteInJournal({ mark });
  reaper.own(mark);
  return { mark, reaper, journalId };
}

function cancel({ mark, reaper, journalId }: Prepared): void {
  reaper.forget(mark);
  strikeFromJournal(journalId);
}

function own(child: ChildProcess, pid: number, { mark, reaper, journalId }: Prepared, options: OwnProcessOptions): OwnedProcess {
  const settings = stopSettings('ownProcess: stop', options.stop);
  const start = table.read(pid)?.start ?? 0;
  const journalIds = [journalId, noteInJournal({ mark, pid, start, space: table.space ?? '' })];
  const tree = new Tree({ child, pid, mark, table, clock: systemClock, reaper, settings, journalIds });
  const guard = register(tree, options.stop === undefined ? usualKind : kindFor(settings), options);
  // A kill that cannot be sent, say; the tree is what counts.
  child.on('error', () => undefined);
  tree.whenGone(() => void guard.release('closed'));
  return new OwnedProcessHandle(guard, tree);
}

function begin(command: string, args: readonly string[], options: OwnProcessOptions): OwnedProcess | Promise<never> {
  checkCommand(command, args);
  checkStartOptions(options);
  stopSettings('ownProcess: stop', options.stop);
  const prepared = prepare(options);
  let child: ChildProcess;
  try {
    child = launch(command, args, options, prepared.mark);
  } catch (error) {
    cancel(prepared);
    throw error instanceof Error ? notStarted(command, error) : error;
  }
  if (child.pid !== undefined) return own(child, child.pid, prepared, options);
  cancel(prepared);
  return whyNot(child, command);
}

/**
 * Starts a command in its own session and owns it with everything that it starts. When the promise resolves it runs, has a row in the
 * owner's table, and is ended with its owner: on release, at the end of this process, and, by the reaper, when this process is killed.
 * Rejects with WT_PROCESS_NOT_STARTED, WT_INVALID_OPTION; with RefusedError when the owner is closed (it is stopped then).
 */
export function ownProcess(
  command: string,
  args: readonly string[] = [],
  options: OwnProcessOptions = {},
): Promise<OwnedProcess> {
  // Registered before this returns, so that the line of the call is still known.
  try {
    return Promise.resolve(begin(command, args, options));
  } catch (error) {
    return Promise.reject(error instanceof Error ? error : new Error(String(error)));
  }
}

const usualKind = kindFor(stopDefaults);
