import { freemem, totalmem } from 'node:os';
import type { Platform } from './platform.ts';

/** Where there is no /proc: what Node itself can tell. */
export const portablePlatform: Platform = Object.freeze({
  reason: `needs /proc, which ${process.platform} does not have`,
  hostSource: 'os.totalmem()',
  readProcess: () => null,
  readPss: () => null,
  readCgroups: () => [],
  readHost: () => ({ totalBytes: totalmem(), availableBytes: freemem() }),
});
