import { Listeners } from '../kernel/listeners.ts';
import type { Timer } from '../kernel/clock/index.ts';
import type { Milliseconds } from '../kernel/units.ts';
import { CollectionCounter } from './collections.ts';
import { memoryUses } from './limits.ts';
import { LoopDelayGauge } from './loop-delay.ts';
import type { MemoryMonitorOptions, MonitorSettings } from './options.ts';
import { settingsOf } from './options.ts';
import { PacedPss } from './paced-pss.ts';
import { PressureGauge } from './pressure.ts';
import { readPss } from './reading.ts';
import type { MemoryLevel, MemorySample } from './types.ts';

/** The level changed, and listeners have not heard of the new one within the cooldown. */
export interface LevelChange {
  readonly from: MemoryLevel;
  readonly to: MemoryLevel;
  /** The sample that brought it: `sample.tightest` names the limit. */
  readonly sample: MemorySample;
}

/** Whether a monitor does its work. */
export interface MonitorHealth {
  readonly running: boolean;
  /** A sample is overdue by more than two intervals: the event loop is blocked, or was. */
  readonly late: boolean;
  /** Milliseconds since the epoch; `null` before the first sample. */
  readonly lastSampleAtMs: Milliseconds | null;
  /** Samples that could not be taken. */
  readonly failedSamples: number;
  /** Errors that listeners threw. */
  readonly listenerErrors: number;
}

/**
 * Samples what the process uses, once a second by default, and tells when the tightest limit comes near. Holds nothing open until
 * `start()`; sampling does not keep the process alive. One heap per thread: a worker needs a monitor of its own.
 */
export class MemoryMonitor implements Disposable {
  readonly #settings: MonitorSettings;
  readonly #gauge: PressureGauge;
  readonly #pss: PacedPss | null;
  readonly #collections: CollectionCounter = new CollectionCounter();
  readonly #loopDelay: LoopDelayGauge = new LoopDelayGauge();
  readonly #levelListeners: Listeners<LevelChange>;
  readonly #sampleListeners: Listeners<MemorySample>;
  #timer: Timer | null = null;
  #dueAt = 0;
  #last: MemorySample | null = null;
  #failedSamples = 0;
  #listenerErrors = 0;

  /** Throws WT_INVALID_OPTION. */
  constructor(options?: MemoryMonitorOptions) {
    this.#settings = settingsOf(options);
    const { clock, pssEveryMs } = this.#settings;
    this.#gauge = new PressureGauge(this.#settings);
    this.#pss = pssEveryMs === 0 ? null : new PacedPss(clock, pssEveryMs, readPss);
    const onError = (error: unknown): void => this.#onListenerError(error);
    this.#levelListeners = new Listeners(onError);
    this.#sampleListeners = new Listeners(onError);
  }

  get level(): MemoryLevel {
    return this.#gauge.level;
  }

  /** The last sample; `null` before the first. */
  get last(): MemorySample | null {
    return this.#last;
  }

  /** Takes the first sample at once and goes on until `stop()`. On a running monitor it does nothing. */
  start(): this {
    if (this.#timer !== null) return this;
    if (this.#settings.collections) this.#collections.start();
    if (this.#settings.loopDelay) this.#loopDelay.start();
    this.#tick();
    return this;
  }

  /** No more samples, and nothing is held any more. Listeners stay; `start()` begins again. Any number of calls. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#collections.stop();
    this.#loopDelay.stop();
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  /** Takes a sample now, also on a monitor that is stopped; listeners hear of it. Throws what the probe throws; `readMemory` never does. */
  sample(): MemorySample {
    const { clock, probe, configuredLimitBytes, limits } = this.#settings;
    const reading = probe();
    const uses = memoryUses(reading, { configuredLimitBytes, only: limits });
    const tightest = uses[0] ?? null;
    const step = this.#gauge.update(tightest?.share ?? 0, clock.monotonic());
    const sample: MemorySample = Object.freeze({
      ...reading,
      atMs: clock.now(),
      uses,
      tightest,
      level: this.#gauge.level,
      pssBytes: this.#pss?.take() ?? null,
      collections: this.#collections.totals(),
      loopDelay: this.#loopDelay.take(),
    });
    this.#last = sample;
    this.#sampleListeners.emit(sample);
    if (step !== null && !step.quiet) this.#levelListeners.emit(Object.freeze({ from: step.from, to: step.to, sample }));
    return sample;
  }

  /** Calls `listener` when the level changes. What it throws harms nobody and is counted. Dispose the result to stop it. */
  onLevel(listener: (change: LevelChange) => void): Disposable {
    return this.#levelListeners.add(listener);
  }

  /** Calls `listener` with every sample, as `onLevel` does with changes. */
  onSample(listener: (sample: MemorySample) => void): Disposable {
    return this.#sampleListeners.add(listener);
  }

  health(): MonitorHealth {
    const { clock, intervalMs } = this.#settings;
    const running = this.#timer !== null;
    return {
      running,
      late: running && clock.monotonic() - this.#dueAt > 2 * intervalMs,
      lastSampleAtMs: this.#last?.atMs ?? null,
      failedSamples: this.#failedSamples,
      listenerErrors: this.#listenerErrors,
    };
  }

  #tick(): void {
    const { clock, intervalMs, keepAlive } = this.#settings;
    this.#dueAt = clock.monotonic() + intervalMs;
    this.#timer = clock.schedule(intervalMs, () => this.#tick(), { ref: keepAlive });
    try {
      this.sample();
    } catch (error) {
      this.#failedSamples++;
      this.#settings.logger.error({ err: error }, 'watertight: a memory sample could not be taken');
    }
  }

  #onListenerError(error: unknown): void {
    this.#listenerErrors++;
    this.#settings.logger.error({ err: error }, 'watertight: a listener of the memory monitor failed');
  }
}
