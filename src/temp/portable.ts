import type { Platform } from './platform.ts';

/** Where there is no /proc: the socket alone is the proof. */
export const portablePlatform: Platform = {
  bootId: () => '',
  hostId: () => '',
  startTime: () => 0,
  isLocal: () => false,
  unnamedFlags: undefined,
};
