import type { ErrorBrief } from '../kernel/brief.ts';
import type { ResourceId } from '../kernel/ids.ts';
import type { Milliseconds } from '../kernel/units.ts';
import type { ReleaseReason, ResourceType } from './words.ts';

/** The kinds of events, by name. */
export const MonitorEventType = {
  Registered: 'registered',
  Releasing: 'releasing',
  Released: 'released',
  Failed: 'failed',
  TimedOut: 'timed-out',
  Abandoned: 'abandoned',
  Detached: 'detached',
  Leaked: 'leaked',
  Shutdown: 'shutdown',
} as const;
export type MonitorEventType = (typeof MonitorEventType)[keyof typeof MonitorEventType];

/** One transition of one resource. Plain data. */
export interface ResourceEvent {
  readonly kind: Exclude<MonitorEventType, 'shutdown'>;
  /** Milliseconds since 1970, to 20 ms. */
  readonly atMs: Milliseconds;
  /** Name of the registry. */
  readonly registry: string;
  readonly id: ResourceId;
  readonly type: ResourceType;
  readonly name: string | null;
  /** Id of the owning scope; null: the registry. */
  readonly owner: ResourceId | null;
  /** `file:line:column`, where it was recorded. */
  readonly createdAt: string | null;
  readonly bytes: number;
  /** Null when registered or leaked. */
  readonly reason: ReleaseReason | null;
  /** How often the release was called so far. */
  readonly attempts: number;
  readonly durationMs: Milliseconds | null;
  readonly error: ErrorBrief | null;
  /** The event repeats what was told before, for someone who asked for a roll-call. */
  readonly repeated: boolean;
}

/** A registry has shut down. */
export interface ShutdownEvent {
  readonly kind: 'shutdown';
  readonly atMs: Milliseconds;
  readonly registry: string;
  readonly ok: boolean;
  readonly released: number;
  readonly problems: number;
  readonly durationMs: Milliseconds;
}

/** What listeners, monitors and the channel are told: a discriminated union by `kind`. */
export type RegistryEvent = ResourceEvent | ShutdownEvent;

/** What travels on the channel `watertight:v1:resource`: the event, and the value itself for those who want to match it. */
export type ChannelMessage = RegistryEvent & { readonly value: unknown };

/** Whoever records events. What it throws is logged and harms nothing. */
export interface Monitor {
  record(event: RegistryEvent): void;
}
