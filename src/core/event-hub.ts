import type { Channel } from 'node:diagnostics_channel';
import { resourceChannel } from '../kernel/channels.ts';
import { Listeners, isolated } from '../kernel/listeners.ts';
import { silentLogger } from '../kernel/logger.ts';
import type { Logger } from '../kernel/logger.ts';
import type { ChannelMessage, Monitor, RegistryEvent } from './events.ts';
import { logEvent } from './log.ts';

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
