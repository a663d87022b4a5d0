export type { FailOnRule } from './assemble/run-data.ts';
export { toolVersion } from './version.ts';
export type { WatchOptions, WatchResult } from './watch-options.ts';
export { watch } from './watch.ts';
