import { linuxPlatform } from './linux.ts';
import type { Platform } from './platform.ts';
import { portablePlatform } from './portable.ts';

/** The one that this process runs on. */
export const platform: Platform = process.platform === 'linux' ? linuxPlatform : portablePlatform;
