import type { Timer } from '../../kernel/clock/index.ts';
import { AnalysisThread, InlineAnalysis } from './analysis.ts';
import type { Analysis } from './analysis.ts';
import type { CostAccount } from './cost-account.ts';
import type { DetectorSettings } from './leak-detector-options.ts';
import { OwnAllocations } from './own-allocations.ts';
import { ThreadSampler } from './thread-sampler.ts';
import type { JudgedWindow } from './window-judge.ts';

/** Enough to prove a leak (13) twice over. */
const mostPolls = 26;

export interface WindowHost {
  readonly settings: DetectorSettings;
  readonly cost: CostAccount;
  /** The verdict after each poll. */
  judged(judged: JudgedWindow): void;
  /** The window is closed. */
  ended(why: string): void;
}

/** One stretch of time in which allocations are sampled, polled at a pace that its cost allows, and judged. */
export class SamplingWindow {
  readonly #host: WindowHost;
  readonly #sampler: ThreadSampler;
  readonly #analysis: Analysis;
  readonly #own: OwnAllocations = new OwnAllocations();
  #timer: Timer | null = null;
  #polls = 0;
  #closed = false;

  /** Begins to sample. Throws WT_NOT_AVAILABLE. */
  constructor(host: WindowHost) {
    const { clock, sampleBytes, analysis, workerFile } = host.settings;
    this.#host = host;
    this.#sampler = new ThreadSampler({ clock, intervalBytes: sampleBytes });
    this.#analysis = analysis === 'worker' ? new AnalysisThread(this.#own, workerFile) : new InlineAnalysis(this.#own);
    this.#next(0);
  }

  get polls(): number {
    return this.#polls;
  }

  /** Any number of calls. A neighbour's sampler goes on. */
  close(why: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer?.cancel();
    try {
      this.#sampler[Symbol.dispose]();
    } catch {
      // Somebody else ended it.
    }
    this.#analysis.close();
    this.#host.ended(why);
  }

  #next(costMs: number): void {
    const { clock, pollMs, maxCostShare } = this.#host.settings;
    this.#timer = clock.schedule(Math.max(pollMs, costMs / maxCostShare), () => this.#poll());
  }

  #poll(): void {
    const { cost, settings } = this.#host;
    const heapBytes = process.memoryUsage().heapUsed;
    const expectedMs = cost.expectedPauseMs(heapBytes);
    if (expectedMs > settings.maxPauseMs)
      return this.close(`a poll would take about ${Math.round(expectedMs)} ms, more than maxPauseMs`);
    const poll = this.#sampler.poll();
    if (poll === 'unclear') return this.#next(0);
    if (typeof poll === 'string') return this.close(`the heap sampler was ${poll} by somebody else`);
    this.#polls += 1;
    cost.polled(poll.cost.pauseMs, poll.cost.costMs, heapBytes);
    const intervalBytes = this.#sampler.intervalBytes || settings.sampleBytes;
    const question = { intervalBytes, poll: this.#own.without(poll, intervalBytes), tMs: settings.clock.monotonic() };
    void this.#analysis.add(question).then((judged) => this.#judged(judged));
    this.#next(Math.max(poll.cost.costMs, 0.1));
  }

  #judged(judged: JudgedWindow): void {
    if (this.#closed) return;
    // Places are looked up in source maps.
    this.#own.during(() => this.#host.judged(judged));
    if (judged.level === 'leak') this.close('a leak is proven');
    else if (this.#polls >= mostPolls) this.close(`${this.#polls} polls are enough: ${judged.why}`);
  }
}
