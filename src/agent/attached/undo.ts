import type * as ChildProcesses from 'node:child_process';
import type * as Events from 'node:events';
import type * as Fs from 'node:fs';
import type * as Modules from 'node:module';
import type * as Net from 'node:net';
import type * as Timers from 'node:timers';
import type { Remembered, Targets } from '../patches/remember.ts';
import { remember } from '../patches/remember.ts';

/** The modules that the agent patches when they are first used are loaded here, so that all their functions are known. */
function targets(): Targets {
  const fs = require('fs') as typeof Fs;
  const net = require('net') as typeof Net;
  const { ChildProcess } = require('child_process') as typeof ChildProcesses;
  require('worker_threads');
  const whole = [fs, fs.promises, net.Socket.prototype, net.Server.prototype, ChildProcess.prototype as object];
  return [
    ...whole.map((target) => [target, Object.getOwnPropertyNames(target)] as const),
    [require('timers') as typeof Timers, ['setTimeout', 'setInterval']],
    [require('events') as typeof Events, ['init']],
    [globalThis, ['setTimeout', 'setInterval']],
    [process, ['emit', 'reallyExit']],
  ];
}

/** Remembers the functions that the agent is about to replace. */
export function rememberFunctions(): Remembered {
  const functions = remember(targets());
  return {
    patched() {
      // The agent patches this one when it is first read.
      void (require('fs') as typeof Fs).promises;
      functions.patched();
    },
    restore() {
      functions.restore();
      (require('module') as typeof Modules).syncBuiltinESMExports();
    },
  };
}
