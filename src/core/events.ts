import type { ErrorBrief } from '../kernel/brief.ts';
import type { Channel } from 'node:diagnostics_channel';
import { resourceChannel } from '../kernel/channels.ts';
import type { ResourceId } from '../kernel/ids.ts';
import { Listeners, isolated } from '../kernel/listeners.ts';
import { silentLogger } from '../kernel/logger.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Milliseconds } from '../kernel/units.ts';
import { logEvent } from './log.ts';
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

export interface EventHubOptions {
  readonly monitor?: Monitor | undefined;
  readonly logger?: Logger | undefined;
}

/** Tells the listeners, the monitor, the logger and the channel, in that order. With none of them the cost is two reads. */
export class EventHub {
  readonly channel: Channel = resourceChannel;
  /** Someone listens to this registry itself. */
  watched: boolean;
  /** Errors of listeners, monitor and logger. */
  listenerErrors = 0;
  readonly logger: Logger;
  readonly #monitor: Monitor | undefined;
  readonly #listeners: Listeners<RegistryEvent> = new Listeners((error) => this.#listenerFailed(error));

  constructor(options: EventHubOptions) {
    this.#monitor = options.monitor;
    this.logger = options.logger ?? silentLogger;
    this.watched = this.#isWatched();
  }

  /** Whether events are worth making. */
  get loud(): boolean {
    return this.watched || this.channel.hasSubscribers;
  }

  on(listener: (event: RegistryEvent) => void): Disposable {
    const registration = this.#listeners.add(listener);
    this.watched = true;
    return {
      [Symbol.dispose]: () => {
        registration[Symbol.dispose]();
        this.watched = this.#isWatched();
      },
    };
  }

  emit(event: RegistryEvent, value: unknown): void {
    if (this.watched) {
      this.#listeners.emit(event);
      const monitor = this.#monitor;
      if (monitor !== undefined)
        isolated(
          () => monitor.record(event),
          (error) => this.#listenerFailed(error),
        );
      if (this.logger !== silentLogger)
        isolated(
          () => logEvent(this.logger, event),
          () => (this.listenerErrors += 1),
        );
    }
    this.publish(event, value);
  }

  /** To the channel alone. */
  publish(event: RegistryEvent, value: unknown): void {
    if (!this.channel.hasSubscribers) return;
    const message: ChannelMessage = { ...event, value };
    this.channel.publish(message);
  }

  /** Runs a callback of the user: what it throws is counted and logged. */
  isolate(task: () => unknown): void {
    isolated(task, (error) => this.#listenerFailed(error));
  }

  #isWatched(): boolean {
    return this.#listeners.size > 0 || this.#monitor !== undefined || this.logger !== silentLogger;
  }

  #listenerFailed(error: unknown): void {
    this.listenerErrors += 1;
    this.logger.error({ error }, 'a listener of resource events failed');
  }
}
