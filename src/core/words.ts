import type { ResourceId } from '../kernel/ids.ts';
import type { Bytes, MaybePromise, Milliseconds } from '../kernel/units.ts';

/** Higher is released first. Values and names are part of the public surface. */
export const CleanupPriority = { Low: 0, Normal: 1, High: 2, Critical: 3 } as const;
export type CleanupPriority = (typeof CleanupPriority)[keyof typeof CleanupPriority];

/** What sort of thing a resource is. Own sorts are written `custom:name`. */
export type ResourceType =
  | 'file'
  | 'socket'
  | 'server'
  | 'database'
  | 'browser'
  | 'process'
  | 'worker'
  | 'timer'
  | 'buffer'
  | 'temp-file'
  | 'temp-directory'
  | 'stream'
  | 'lease'
  | 'scope'
  | 'custom'
  | `custom:${string}`;

/** The resource types under the names that other systems use for them. */
export const ResourceType = {
  FILE_HANDLE: 'file',
  NETWORK_CONNECTION: 'socket',
  SERVER: 'server',
  DATABASE_CONNECTION: 'database',
  WEBDRIVER: 'browser',
  PROCESS: 'process',
  THREAD: 'worker',
  TIMER: 'timer',
  MEMORY_BUFFER: 'buffer',
  TEMP_FILE: 'temp-file',
  TEMP_DIRECTORY: 'temp-directory',
  STREAM: 'stream',
  LEASE: 'lease',
  SCOPE: 'scope',
  CUSTOM: 'custom',
} as const;

/**
 * `live` → `releasing` → `released`; or → `failed` (the release threw; it may be tried again); or → `timed-out` (its deadline
 * passed: it blocks nobody and is not called again unless its kind is idempotent); or → `abandoned` (attempts used up, or never
 * begun because the time was over); `live` → `detached` (the caller took it back).
 */
export type ResourceState = 'live' | 'releasing' | 'released' | 'failed' | 'timed-out' | 'abandoned' | 'detached';

/** Why a release was begun. */
export type ReleaseReason =
  | 'closed'
  | 'scope'
  | 'error'
  | 'aborted'
  | 'requested'
  | 'lifetime'
  | 'idle'
  | 'pressure'
  | 'shutdown'
  | 'late'
  | 'collected'
  | 'reaped';

/** What a probe of reality says about a resource, never what the books say. */
export type Verification = 'gone' | 'still-there' | 'unverifiable';

/** What a release function is told. */
export interface ReleaseContext {
  readonly reason: ReleaseReason;
  /** What the work failed with, when that is why the resource is released. */
  readonly error?: unknown;
  /** 1 for the first call. */
  readonly attempt: number;
  /** Aborted when the deadline of this release has passed. */
  readonly signal: AbortSignal;
}

/** Lets go of `value`. It may throw or reject: that is an outcome, kept and reported, and hinders no other release. */
export type Release<T> = (value: T, context: ReleaseContext) => MaybePromise<void>;

/** How one release ended. */
export interface ReleaseOutcome {
  readonly id: ResourceId;
  readonly name: string | null;
  readonly type: ResourceType;
  readonly result: 'released' | 'failed' | 'timed-out' | 'abandoned' | 'detached';
  readonly reason: ReleaseReason;
  /** How often the release function was called. */
  readonly attempts: number;
  readonly durationMs: Milliseconds;
  readonly error?: unknown;
  /** `file:line:column` of the registration, where it was recorded (the kind's `stack`). */
  readonly createdAt?: string;
  /** What the kind's probe said afterwards. */
  readonly verified?: Verification;
}

/** How a close ended: of a scope with all below it, of a registry, or of what a filter picked. */
export interface CloseReport {
  /** Nothing failed, timed out or was abandoned. */
  readonly ok: boolean;
  readonly released: number;
  /** Whole milliseconds; to 20 ms (0 when all was synchronous) for a scope without name, deadline and `onReport`. */
  readonly durationMs: Milliseconds;
  /** Every release that did not end well, of child scopes as well, in one flat list. */
  readonly problems: readonly ReleaseOutcome[];
}

/** Why resources are released, and how long that may take. */
export interface ReleaseAllOptions {
  /** Default `requested`. */
  readonly reason?: ReleaseReason;
  /** Handed to the release functions. */
  readonly error?: unknown;
  /** For all together; 0 or absent: only each kind's own deadline counts. */
  readonly deadlineMs?: Milliseconds;
}

/** All that is known about one resource. Plain data. */
export interface ResourceInfo {
  readonly id: ResourceId;
  readonly name: string | null;
  readonly type: ResourceType;
  readonly state: ResourceState;
  /** Id of the scope that owns it; null: the registry itself. */
  readonly owner: ResourceId | null;
  readonly priority: CleanupPriority;
  readonly essential: boolean;
  readonly bytes: Bytes;
  /** Milliseconds since 1970, to 20 ms. */
  readonly registeredAtMs: Milliseconds;
  /** The last `touch()` or `use()`, else the registration. */
  readonly lastUsedAtMs: Milliseconds;
  /** Of its kind, or of the registry's policy. 0: none. */
  readonly maxLifetimeMs: Milliseconds;
  /** The same for idleness. */
  readonly maxIdleMs: Milliseconds;
  readonly createdAt: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly attempts: number;
  readonly lastError: unknown;
  /** Its guard was dropped without a release (seen by the finalizer). */
  readonly leaked: boolean;
  /** In use right now by so many tasks. */
  readonly pins: number;
}
