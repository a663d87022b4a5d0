import type { StdioOptions } from 'node:child_process';
import type { ResourceRegistry, RowOptions, Scope } from '../core/index.ts';
import { aBoolean, anArray, anything, checkOptions, having, milliseconds, oneOf } from '../kernel/options.ts';
import type { Rules } from '../kernel/options.ts';
import type { Milliseconds } from '../kernel/units.ts';
import type { ReaperMode } from './types.ts';

/** How a tree is told to end. */
export interface StopOptions {
  /** The polite signal, sent to every process of the tree. Default `SIGTERM`; `SIGKILL` means that none is polite. */
  readonly signal?: NodeJS.Signals;
  /** How long the processes may take to end by themselves. Default 2 000; 0: they are killed at once. */
  readonly graceMs?: Milliseconds;
  /** How long to go on killing and looking, what they start meanwhile included. Default 2 000. */
  readonly killGraceMs?: Milliseconds;
  /** How long to wait until those are reaped that were adopted by the first process of the system. Default 100; 0: only counted. */
  readonly reapGraceMs?: Milliseconds;
}

/** How a child process is started and owned. */
export interface OwnProcessOptions {
  readonly cwd?: string;
  /** The whole environment, as in Node; two marks are added. Default: `process.env`. */
  readonly env?: NodeJS.ProcessEnv;
  /** Default `['ignore', 'inherit', 'inherit']`: an output that nobody reads would block the child once 64 KB are in the pipe. */
  readonly stdio?: StdioOptions;
  readonly uid?: number;
  readonly gid?: number;
  /** Run by a shell. Default false. */
  readonly shell?: boolean | string;
  /** Who owns it: a scope, or a registry. Default: `defaultRegistry()`. */
  readonly owner?: Scope | ResourceRegistry;
  /** Name, metadata, priority and order of its row. */
  readonly row?: RowOptions;
  /** How it is stopped when it is released. */
  readonly stop?: StopOptions;
  /** Which reaper is started with the first owned process; later ones use that. Default `auto`: `sh`, else `node`. */
  readonly reaper?: ReaperMode | 'auto';
}

export interface StopSettings {
  readonly signal: NodeJS.Signals;
  readonly graceMs: Milliseconds;
  readonly killGraceMs: Milliseconds;
  readonly reapGraceMs: Milliseconds;
}

export const stopDefaults: StopSettings = Object.freeze({
  signal: 'SIGTERM',
  graceMs: 2_000,
  killGraceMs: 2_000,
  reapGraceMs: 100,
});

const aSignal = oneOf('SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGKILL');
const stopRules: Rules = { signal: aSignal, graceMs: milliseconds, killGraceMs: milliseconds, reapGraceMs: milliseconds };
const aText = { expected: 'a string', accepts: (value: unknown) => typeof value === 'string' };
const anObject = { expected: 'an object', accepts: (value: unknown) => typeof value === 'object' && value !== null };
const anOwner = {
  expected: 'a scope or a registry',
  accepts: (value: unknown) => having('adopt', 'close').accepts(value) || having('register', 'track').accepts(value),
};
const startRules: Rules = {
  cwd: aText,
  env: anObject,
  stdio: { expected: 'a word or an array', accepts: (value) => aText.accepts(value) || anArray.accepts(value) },
  uid: anything,
  gid: anything,
  shell: { expected: 'true, false or a path', accepts: (value) => aBoolean.accepts(value) || aText.accepts(value) },
  owner: anOwner,
  row: anObject,
  stop: anObject,
  reaper: oneOf('auto', 'sh', 'node', 'off'),
};

/** With `base` for what is not given. Throws WT_INVALID_OPTION. */
export function stopSettings(where: string, options: StopOptions | undefined, base: StopSettings = stopDefaults): StopSettings {
  checkOptions(where, options, stopRules);
  return {
    signal: options?.signal ?? base.signal,
    graceMs: options?.graceMs ?? base.graceMs,
    killGraceMs: options?.killGraceMs ?? base.killGraceMs,
    reapGraceMs: options?.reapGraceMs ?? base.reapGraceMs,
  };
}

export function checkStartOptions(options: OwnProcessOptions): void {
  checkOptions('ownProcess', options, startRules);
}
