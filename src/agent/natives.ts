/**
 * What the agent uses of the platform, taken before the program can replace it: fake timers, patched file systems and
 * mocks do not reach us. Nothing here may run before {@link standsAside} has said no: older Nodes lack half of it.
 */
export interface Natives {
  readonly openSync: typeof import('node:fs').openSync;
  readonly closeSync: typeof import('node:fs').closeSync;
  readonly writeSync: typeof import('node:fs').writeSync;
  readonly readSync: typeof import('node:fs').readSync;
  readonly readFileSync: typeof import('node:fs').readFileSync;
  readonly readdirSync: typeof import('node:fs').readdirSync;
  readonly renameSync: typeof import('node:fs').renameSync;
  readonly unlinkSync: typeof import('node:fs').unlinkSync;
  readonly fstatSync: typeof import('node:fs').fstatSync;
  readonly lstatSync: typeof import('node:fs').lstatSync;
  readonly mkdirSync: typeof import('node:fs').mkdirSync;
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
  const fs = require('fs') as typeof import('node:fs');
  const hrtime = process.hrtime;
  return {
    openSync: fs.openSync,
    closeSync: fs.closeSync,
    writeSync: fs.writeSync,
    readSync: fs.readSync,
    readFileSync: fs.readFileSync,
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
    memoryUsage: process.memoryUsage.bind(process),
    cpuUsage: process.cpuUsage.bind(process),
  };
}
