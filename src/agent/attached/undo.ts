import type * as ChildProcesses from 'node:child_process';
import type * as Events from 'node:events';
import type * as Fs from 'node:fs';
import type * as Modules from 'node:module';
import type * as Net from 'node:net';
import type * as Timers from 'node:timers';

interface Restore {
  /** What differs now from what was there before is ours. */
  readonly patched: () => void;
  /** Puts back what was there before, where ours still stands; what somebody else has put around ours stays, and passes through. */
  readonly restore: () => void;
}

interface Change {
  readonly target: object;
  readonly key: string;
  readonly before: PropertyDescriptor | undefined;
  readonly ours: PropertyDescriptor | undefined;
}

type Target = readonly [target: object, keys: readonly string[]];

/** The modules that the agent patches when they are first used are loaded here, so that all their functions are known. */
function targets(): readonly Target[] {
  const fs = require('fs') as typeof Fs;
  const net = require('net') as typeof Net;
  const { ChildProcess } = require('child_process') as typeof ChildProcesses;
  require('worker_threads');
  return [
    ...[fs, fs.promises, net.Socket.prototype, net.Server.prototype, ChildProcess.prototype as object].map((target): Target => [
      target,
      Object.getOwnPropertyNames(target),
    ]),
    [require('timers') as typeof Timers, ['setTimeout', 'setInterval']],
    [require('events') as typeof Events, ['init']],
    [globalThis, ['setTimeout', 'setInterval']],
    [process, ['emit', 'reallyExit']],
  ];
}

function same(one: PropertyDescriptor | undefined, other: PropertyDescriptor | undefined): boolean {
  // oxlint-disable-next-line typescript/unbound-method -- compared, never called
  return one?.value === other?.value && one?.get === other?.get;
}

function putBack({ target, key, before, ours }: Change): void {
  if (!same(Object.getOwnPropertyDescriptor(target, key), ours)) return;
  if (before === undefined) Reflect.deleteProperty(target, key);
  else Object.defineProperty(target, key, before);
}

/** Remembers the functions that the agent is about to replace. */
export function rememberFunctions(): Restore {
  const all = targets().flatMap(([target, keys]) =>
    keys.map((key) => ({ target, key, before: Object.getOwnPropertyDescriptor(target, key) })),
  );
  let changes: readonly Change[] = [];
  return {
    patched() {
      // The agent patches this one when it is first read.
      void (require('fs') as typeof Fs).promises;
      changes = all.flatMap((one) => {
        const ours = Object.getOwnPropertyDescriptor(one.target, one.key);
        return same(one.before, ours) ? [] : [{ ...one, ours }];
      });
    },
    restore() {
      for (const change of changes) putBack(change);
      (require('module') as typeof Modules).syncBuiltinESMExports();
    },
  };
}
