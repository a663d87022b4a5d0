export type { ErrorCode } from '../kernel/codes.ts';
export type { Clock, ManualClockOptions, ScheduleOptions, Timer } from '../kernel/clock/index.ts';
export { ManualClock, systemClock } from '../kernel/clock/index.ts';
export type { ErrorBrief } from '../kernel/brief.ts';
export type { ErrorDetails } from '../kernel/errors.ts';
export type { Recovery } from '../kernel/recovery.ts';
export { WatertightError } from '../kernel/errors.ts';
export type { ResourceId } from '../kernel/ids.ts';
export type { Logger } from '../kernel/logger.ts';
export type { Bytes, MaybePromise, Milliseconds } from '../kernel/units.ts';
export { resourceChannelName, rollCallChannelName } from '../kernel/channels.ts';
export type { CleanupRequest } from './background.ts';
export type { ScopeOptions } from './default-registry.ts';
export { defaultRegistry, scope } from './default-registry.ts';
export type { ChannelMessage, Monitor, RegistryEvent, ResourceEvent, ShutdownEvent } from './events.ts';
export { MonitorEventType } from './events.ts';
export { CleanupError, RecoveryStrategy, RefusedError, ReleaseFailedError } from './failures.ts';
export type { AsyncResourceGuard, ResourceGuard, SyncResourceGuard } from './guard.ts';
export type { ResourceFilter } from './info.ts';
export type { DetectedLeak, LeakPlace, LeakReport } from '../kernel/leak-watch.ts';
export { ResourceCleanupManager } from './manager/manager.ts';
export { getCleanupManager } from './manager/default-manager.ts';
export type { ResourceCleanupManagerOptions } from './manager/options.ts';
export type { ScheduleCleanupOptions, ScheduledCleanup, ScheduledState } from './manager/schedule.ts';
export type {
  CleanupSummary,
  CleanupVerification,
  ManagedResourceOptions,
  ManagedResourceStatus,
  ResourceCleanupResult,
} from './manager/words.ts';
export type { KindOptions, ResourceKind, RetryOptions, Sampling, SyncKindOptions, SyncResourceKind } from './kind.ts';
export { defineKind } from './kind.ts';
export type {
  CleanupContext,
  CleanupOutcome,
  CleanupQueueOptions,
  CleanupResult,
  CleanupTask,
  QueueItemOptions,
} from './queue-options.ts';
export type { DeadLetter } from './queue-letters.ts';
export type { DurationBucket, QueueMetrics, WorkerStatus } from './queue-metrics.ts';
export type { QueuedState } from './queue-job.ts';
export type { PressureOrder, PressurePolicy, PressureSource, RegistryPolicy } from './policy-options.ts';
export { verificationOf } from './probes/by-type.ts';
export type { DescriptorMark } from './probes/files.ts';
export { markDescriptor, probeDescriptor, probePath } from './probes/files.ts';
export type { ServerLike, StreamLike, WorkerLike } from './probes/objects.ts';
export { probeServer, probeStream, probeTimer, probeWorker } from './probes/objects.ts';
export type { ChildLike, ProcessMark } from './probes/process.ts';
export { markProcess, probeProcess } from './probes/process.ts';
export type { QueueCloseReport, QueuedCleanup, QueueHealth } from './queue.ts';
export { CleanupQueue } from './queue.ts';
export { ResourceRegistry } from './registry.ts';
export type { RegistryOptions } from './registry-options.ts';
export type { Ordered, RowOptions } from './rows.ts';
export type { ChildScopeOptions, Scope } from './scope.ts';
export type { CloseOptions } from './scope-core.ts';
export type { ShutdownTarget, TargetShutdownOptions } from './shutdown-target.ts';
export type { DiffGroup, RegistryDiff, RegistrySnapshot, SnapshotRow } from './snapshot.ts';
export { diff } from './snapshot.ts';
export type { RegistryHealth, RegistryMetrics, RegistryStatus, TypeStatus, VerificationTotals } from './state-of.ts';
export type { VerificationReport, VerifiedResource } from './verify.ts';
export type { VerifyReleases } from './verify-words.ts';
export type {
  CloseReport,
  Release,
  ReleaseAllOptions,
  ReleaseContext,
  ReleaseOutcome,
  ReleaseReason,
  ResourceInfo,
  ResourceState,
  Verification,
} from './words.ts';
export { CleanupPriority, ResourceType } from './words.ts';
export type { InstalledShutdown, ShutdownCause, ShutdownOptions, ShutdownReport } from './shutdown-options.ts';
export { installShutdown } from './shutdown.ts';
