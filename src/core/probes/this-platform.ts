import { linuxProcesses } from './linux.ts';
import type { ProcessPlatform } from './platform.ts';
import { portableProcesses } from './portable.ts';

/** The one that this process runs on. */
export const processes: ProcessPlatform = process.platform === 'linux' ? linuxProcesses : portableProcesses;
