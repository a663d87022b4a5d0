import type * as Fs from 'node:fs';
/**
 * What the agent uses of the platform, taken before the program can replace it: fake timers, patched file systems and
 * mocks do not reach us. Nothing here may run before {@link standsAside} has said no: older Nodes lack half of it.
 */
export interface Natives {
  readonly openSync: typeof Fs.openSync;
  readonly closeSync: typeof Fs.closeSync;
  readonly writeSync: typeof Fs.writeSync;
  readonly readSync: typeof Fs.readSync;
  readonly readFileSync: typeof Fs.readFileSync;
  readonly readlinkSync: typeof Fs.readlinkSync;
  readonly readdirSync: typeof Fs.readdirSync;
  readonly renameSync: typeof Fs.renameSync;
  readonly unlinkSync: typeof Fs.unlinkSync;
  readonly fstatSync: typeof Fs.fstatSync;
  readonly lstatSync: typeof Fs.lstatSync;
  readonly mkdirSync: typeof Fs.mkdirSync;
  readonly setTimeout: typeof globalThis.setTimeout;
  readonly setImmediate: typeof globalThis.setImmediate;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds since some moment; never falls. */
  readonly monotonic: () => number;
  readonly memoryUsage: () => NodeJS.MemoryUsage;
  readonly cpuUsage: () => NodeJS.CpuUsage;
}

export function takeNatives(): Natives {
  const fs = require('fs') as typeof Fs;
  const hrtime = process.hrtime;
  return {
    openSync: fs.openSync,
    closeSync: fs.closeSync,
    writeSync: fs.writeSync,
    readSync: fs.readSync,
    readFileSync: fs.readFileSync,
    readlinkSync: fs.readlinkSync,
    readdirSync: fs.readdirSync,
    renameSync: fs.renameSync,
    unlinkSync: fs.unlinkSync,
    fstatSync: fs.fstatSync,
    lstatSync: fs.lstatSync,
    mkdirSync: fs.mkdirSync,
    setTimeout: globalThis.setTimeout,
    setImmediate: globalThis.setImmediate,
    now: Date.now,
    monotonic: () => {
      const [seconds, nanoseconds] = hrtime();
      return seconds * 1e3 + nanoseconds / 1e6;
    },
    // oxlint-disable-next-line typescript/unbound-method -- node's own function, which uses no receiver
    memoryUsage: process.memoryUsage,
    // oxlint-disable-next-line typescript/unbound-method -- as above
    cpuUsage: process.cpuUsage,
  };
}
