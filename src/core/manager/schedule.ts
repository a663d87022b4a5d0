import type { Clock, Timer } from '../../kernel/clock/index.ts';
import { WatertightError } from '../../kernel/errors.ts';
import { aName, checkOptions, invalid, milliseconds, shown } from '../../kernel/options.ts';
import type { Rules } from '../../kernel/options.ts';
import type { MaybePromise, Milliseconds } from '../../kernel/units.ts';
import type { ResourceRegistry } from '../registry.ts';

/** When a cleanup is to run, and what it is for. */
export interface ScheduleCleanupOptions {
  /** From now. Default 0: as soon as possible, never at once. */
  readonly delayMs?: Milliseconds;
  /** Stands in the status. Default empty. */
  readonly description?: string;
}

/** `waiting` for its time; `running`; then one of the others. */
export type ScheduledState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';

/** A cleanup that was scheduled. Plain data. */
export interface ScheduledCleanup {
  readonly id: string;
  readonly description: string;
  readonly state: ScheduledState;
  /** Milliseconds since 1970. */
  readonly dueAtMs: Milliseconds;
  readonly attempts: number;
  readonly error?: unknown;
}

const rules: Rules = {
  delayMs: milliseconds,
  description: { expected: 'a string', accepts: (value) => typeof value === 'string' },
};
/** Cleanups that have ended stay in the status, so many. */
const maxEnded = 100;

interface Entry {
  readonly info: ScheduledCleanup;
  readonly timer: Timer | undefined;
}

/** One-time cleanups: each waits for its time, then goes through the registry's queue, with its repeats. No timer holds the process. */
export class OneTimeSchedule {
  readonly #registry: ResourceRegistry;
  readonly #clock: Clock;
  readonly #attempts: number;
  readonly #entries: Map<string, Entry> = new Map();

  constructor(registry: ResourceRegistry, clock: Clock, attempts: number) {
    this.#registry = registry;
    this.#clock = clock;
    this.#attempts = attempts;
  }

  /** Throws WT_INVALID_OPTION, and WT_NAME_TAKEN while one of this id waits or runs. */
  add(id: string, task: () => MaybePromise<void>, options: ScheduleCleanupOptions = {}): void {
    if (!aName.accepts(id)) throw invalid('scheduleCleanup', `the id must be ${aName.expected}, got ${shown(id)}`);
    if (typeof task !== 'function') throw invalid('scheduleCleanup', `the cleanup must be a function, got ${shown(task)}`);
    checkOptions('scheduleCleanup', options, rules);
    if (this.#isOpen(id)) throw new WatertightError('WT_NAME_TAKEN', `scheduleCleanup: a cleanup "${id}" waits or runs`);
    const { delayMs = 0, description = '' } = options;
    const timer = this.#clock.schedule(delayMs, () => this.#run(id, task));
    const dueAtMs = this.#clock.now() + delayMs;
    this.#entries.delete(id);
    this.#entries.set(id, { info: { id, description, state: 'waiting', dueAtMs, attempts: 0 }, timer });
  }

  /** False when it runs, has ended or never was. */
  cancel(id: string): boolean {
    const entry = this.#entries.get(id);
    if (entry?.info.state !== 'waiting') return false;
    entry.timer?.cancel();
    this.#set(id, { state: 'cancelled' });
    return true;
  }

  cancelAll(): void {
    for (const id of Array.from(this.#entries.keys())) this.cancel(id);
  }

  list(): readonly ScheduledCleanup[] {
    return [...this.#entries.values()].map(({ info }) => info);
  }

  #isOpen(id: string): boolean {
    const state = this.#entries.get(id)?.info.state;
    return state === 'waiting' || state === 'running';
  }

  #run(id: string, task: () => MaybePromise<void>): void {
    this.#set(id, { state: 'running' });
    try {
      this.#registry.scheduleCleanup({
        name: id,
        cleanup: () => task(),
        retry: { attempts: this.#attempts, backoffMs: 1_000 },
        onOutcome: ({ result, attempts, error, late }) => {
          if (!late) this.#set(id, { state: result === 'done' ? 'done' : 'failed', attempts, error });
        },
      });
    } catch (error) {
      // The registry is closing, or its queue is full.
      this.#set(id, { state: 'failed', error });
    }
  }

  #set(id: string, change: Partial<ScheduledCleanup>): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#entries.set(id, { info: { ...entry.info, ...change }, timer: undefined });
    this.#forget();
  }

  #forget(): void {
    let ended = this.#entries.size - [...this.#entries.keys()].filter((id) => this.#isOpen(id)).length;
    for (const id of this.#entries.keys()) {
      if (ended <= maxEnded) return;
      if (this.#isOpen(id)) continue;
      this.#entries.delete(id);
      ended -= 1;
    }
  }
}
