export type { CollectedPoint, GrowthInput, GrowthLevel, GrowthRate, GrowthVerdict, NamedLimit, Reading } from './series.ts';
export { judgeGrowth } from './judge.ts';
export type { LimitInput, LimitVerdict } from './limit.ts';
export { judgeLimits } from './limit.ts';
export type { Spike } from './spike.ts';
export { findSpike } from './spike.ts';
export type { CountPoint, CountVerdict } from './counts.ts';
export { judgeCounts } from './counts.ts';
