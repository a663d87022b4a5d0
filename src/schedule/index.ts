export { after, at, every } from './next-run.ts';
export type {
  BackoffOptions,
  CleanupSchedulerOptions,
  OneTimeOptions,
  OverlapPolicy,
  RecurringOptions,
  ScheduleTaskOptions,
  ScheduledWork,
  TaskOptions,
} from './options.ts';
export { CleanupScheduler } from './scheduler.ts';
export type { Due, NextRun, NextRunMoment, RunOutcome, ScheduledRun, SchedulerStatus, TaskStatus } from './words.ts';
