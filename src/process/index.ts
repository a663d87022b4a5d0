export { reapDeadOwners } from './estates.ts';
export type { MemoryOptions } from './measure.ts';
export type { OwnProcessOptions, StopOptions } from './options.ts';
export type { OwnedProcess } from './owned-process.ts';
export { startReaper } from './reaper/the-reaper.ts';
export type { ReaperSupport } from './reaper/support.ts';
export { reaperSupport } from './reaper/support.ts';
export { ownProcess } from './start.ts';
export type { ProcessEnd, ReaperMode, StopReport, TreeMemory, TreeProcess } from './types.ts';
