export type { CollectedPoint, GrowthInput, GrowthLevel, GrowthRate, GrowthVerdict, NamedLimit, Reading } from './series.ts';
export { judgeGrowth } from './judge.ts';
export type { LimitInput, LimitVerdict } from './limit.ts';
export { judgeLimits } from './limit.ts';
export type { Spike } from './spike.ts';
export { findSpike } from './spike.ts';
export type { CountPoint, CountVerdict, LeastGrowth } from './counts.ts';
export { judgeCounts } from './counts.ts';
export type { SampledFunction, SampledStack, Survivor, SurvivorPoll, SurvivorSeries } from './survivors.ts';
export type { Blame } from './cohorts/blame.ts';
export type { SurvivorFinding } from './cohorts/finding.ts';
export type { FindingCohort } from './cohorts/peel.ts';
export type { SurvivorLevel, SurvivorVerdict } from './cohorts/judge-survivors.ts';
export { judgeSurvivors, SurvivorJudge } from './cohorts/judge-survivors.ts';
export type { CounterSort, CounterVerdict } from './counters.ts';
export { judgeCounter } from './counters.ts';
export type { LeakSeverity, UsedLimit } from './severity.ts';
export {
  isAtLeast,
  severityBytesPerHour,
  severityCountPerHour,
  severityOfBytes,
  severityOfCount,
  severityReachedInMs,
  tightestAhead,
  worseSeverity,
} from './severity.ts';
export type { DetectedLeak, LeakPlace, LeakReport, LeakWatch } from '../kernel/leak-watch.ts';
export type { SeverityBytes } from './in-process/severity.ts';
export type { ResourceFigures } from './in-process/resource-figures.ts';
export { readResourceFigures } from './in-process/resource-figures.ts';
export type { ResourceLeastGrowth, ResourceWatchOptions } from './in-process/resource-watch-options.ts';
export { ResourceWatch } from './in-process/resource-watch.ts';
export type { LeakDetectorOptions } from './in-process/leak-detector-options.ts';
export type { DetectorState, DetectorStatus } from './in-process/leak-detector.ts';
export { LeakDetector } from './in-process/leak-detector.ts';
export type { MemoryMonitoring } from './in-process/the-detection.ts';
export { getLeakReport, startLeakDetection, startMemoryMonitoring, stopMemoryMonitoring } from './in-process/the-detection.ts';
