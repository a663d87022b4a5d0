import { getHeapStatistics } from 'node:v8';
import type { Timer } from '../../kernel/clock/index.ts';
import { formatBytes, formatByteRate, formatCount, formatDuration } from '../../kernel/format.ts';
import type { DetectedLeak, LeakReport, LeakWatch } from '../../kernel/leak-watch.ts';
import type { Bytes, Milliseconds } from '../../kernel/units.ts';
import type { CountPoint } from '../counts.ts';
import { judgeCounter } from '../counters.ts';
import { sayCodeSite } from './code-sites.ts';
import { CostAccount } from './cost-account.ts';
import { Floor, floorReadings, lastingBytes } from './floor.ts';
import type { FoundPlace } from './found-places.ts';
import { FoundPlaces, fingerprint } from './found-places.ts';
import type { Seen } from './incident-book.ts';
import { IncidentBook } from './incident-book.ts';
import type { DetectorSettings, LeakDetectorOptions } from './leak-detector-options.ts';
import { detectorSettings } from './leak-detector-options.ts';
import { SamplingWindow } from './sampling-window.ts';
import { severityOf } from './severity.ts';
import { tellLeak } from './tell-leak.ts';
import type { JudgedFinding, JudgedWindow } from './window-judge.ts';

/** What a detector does now. */
export type DetectorState = 'stopped' | 'watching' | 'sampling' | 'disabled';

/** What a detector does, and what it has cost. Plain data. */
export interface DetectorStatus {
  readonly state: DetectorState;
  /** Why it samples, or why it switched itself off; `null` otherwise. */
  readonly why: string | null;
  /** Windows of sampling since the start, and polls in them, each a full collection. */
  readonly windows: number;
  readonly polls: number;
  /** Why the last window ended. */
  readonly lastWindow: string | null;
  /** Share of the time that watching took, over 10 minutes at least. */
  readonly costShare: number;
  readonly longestPauseMs: Milliseconds;
}

/** After a window there is a rest, which doubles while nothing is found. */
const firstRestMs: Milliseconds = 2 * 60_000;
const longestRestMs: Milliseconds = 60 * 60_000;
/** A leak of allocations ends when what V8 holds has not risen for this many intervals. */
const quietIntervals = 10;
const mostPoints = 240;

/**
 * Finds leaks from within the program, and names the line: watches what V8 holds for long, which is free; on suspicion samples allocations and forces
 * collections at a pace that keeps within `maxCostShare`; judges by survival, in a worker thread; then stops sampling. Holds nothing until `start()`; its timers do
 * not keep the process alive. One heap per thread: a worker needs a detector of its own.
 */
export class LeakDetector implements LeakWatch, Disposable {
  readonly #settings: DetectorSettings;
  readonly #book: IncidentBook = new IncidentBook();
  readonly #floor: Floor = new Floor();
  #cost: CostAccount = new CostAccount();
  #state: DetectorState = 'stopped';
  #why: string | null = null;
  #timer: Timer | null = null;
  #window: SamplingWindow | null = null;
  #lastWindow: string | null = null;
  #windows = 0;
  #polls = 0;
  #readings = 0;
  #startedMs: Milliseconds = 0;
  #restMs: Milliseconds = firstRestMs;
  #notBeforeMs: Milliseconds = 0;
  #risenMs: Milliseconds = 0;
  #external: CountPoint[] = [];
  readonly #places: FoundPlaces = new FoundPlaces();

  /** Throws WT_INVALID_OPTION. */
  constructor(options?: LeakDetectorOptions) {
    this.#settings = detectorSettings(options);
  }

  /** Begins to watch. On a running detector it does nothing; one that switched itself off begins anew. */
  start(): this {
    if (this.#state === 'watching' || this.#state === 'sampling') return this;
    this.#state = 'watching';
    this.#why = null;
    this.#cost = new CostAccount();
    this.#startedMs = this.#now();
    this.#risenMs = this.#startedMs;
    this.#arm();
    return this;
  }

  /** Watches no more, and ends a window of sampling. What was found stays. Any number of calls. */
  stop(): void {
    this.#rest('stopped', null);
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  getLeakReport(): LeakReport {
    return this.#book.report;
  }

  status(): DetectorStatus {
    return {
      state: this.#state,
      why: this.#why,
      windows: this.#windows,
      polls: this.#polls + (this.#window?.polls ?? 0),
      lastWindow: this.#lastWindow,
      costShare: this.#cost.share(this.#now() - this.#startedMs),
      longestPauseMs: this.#cost.longestPauseMs,
    };
  }

  #now(): Milliseconds {
    return this.#settings.clock.monotonic();
  }

  #rest(state: 'stopped' | 'disabled', why: string | null): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#state = state;
    this.#why = why;
    this.#window?.close(why ?? 'the detector was stopped');
  }

  #arm(): void {
    this.#timer = this.#settings.clock.schedule(this.#settings.intervalMs / floorReadings, () => {
      this.#arm();
      this.#look();
    });
  }

  #look(): void {
    const from = this.#now();
    this.#readings += 1;
    const least = this.#floor.add(lastingBytes());
    if (least !== null) this.#risenMs = from;
    if (least !== null && this.#readings >= 2 * floorReadings) this.#suspect(least);
    this.#addExternal(from);
    if (this.#readings % floorReadings === 0) this.#lookSeldom(from);
    this.#cost.spend(this.#now() - from);
  }

  #lookSeldom(nowMs: Milliseconds): void {
    this.#judgeExternal(nowMs);
    if (nowMs - this.#risenMs < quietIntervals * this.#settings.intervalMs) return;
    for (const id of this.#book.openIds.filter((one) => one !== 'external'))
      this.#end(id, `what V8 holds has not risen for ${formatDuration(nowMs - this.#risenMs)}`);
  }

  #suspect(least: Bytes): void {
    const { sampling, maxPauseMs } = this.#settings;
    if (!sampling || maxPauseMs === 0 || this.#window !== null || this.#now() < this.#notBeforeMs) return;
    this.#why = `for ${formatDuration(this.#settings.intervalMs)} what V8 holds was above all before: ${formatBytes(least)} or more`;
    this.#state = 'sampling';
    this.#windows += 1;
    const { cost, host } = { cost: this.#cost, host: this.#settings };
    try {
      this.#window = new SamplingWindow({
        settings: host,
        cost,
        judged: (judged) => this.#judged(judged),
        ended: (why) => this.#ended(why),
      });
    } catch (error) {
      this.#ended(error instanceof Error ? error.message : String(error));
      this.#notBeforeMs = Infinity;
    }
  }

  #ended(why: string): void {
    this.#polls += this.#window?.polls ?? 0;
    this.#window = null;
    this.#lastWindow = why;
    this.#notBeforeMs = this.#now() + this.#restMs;
    this.#restMs = Math.min(2 * this.#restMs, longestRestMs);
    this.#floor.forget();
    if (this.#state !== 'sampling') return;
    this.#state = 'watching';
    this.#why = null;
  }

  #judged({ findings }: JudgedWindow): void {
    const open = new Set(findings.filter(({ closed }) => closed === null).map((finding) => this.#take(finding)));
    for (const finding of findings) {
      // The same function may have been closed before, and opened again.
      const id = finding.closed === null ? null : this.#idOf(this.#places.of(finding));
      if (id !== null && !open.has(id)) this.#end(id, finding.closed ?? '');
    }
    const { maxCostShare, logger } = this.#settings;
    const share = this.#cost.share(this.#now() - this.#startedMs);
    if (share <= maxCostShare) return;
    const why = `it took ${formatCount(this.#cost.spentMs)} ms, more than ${maxCostShare * 100} % of the time`;
    this.#rest('disabled', why);
    logger.warn({ code: 'WT_LEAK_DETECTOR_OFF' }, `watertight: leak detection switched itself off: ${why}`);
  }

  /** Answers with the id of a finding that stands. */
  #take(finding: JudgedFinding): string {
    const where = this.#places.of(finding);
    const id = this.#idOf(where);
    if (finding.bytes < this.#settings.leakThresholdBytes && !this.#book.isOpen(id)) return id;
    this.#restMs = firstRestMs;
    this.#see(this.#seen(id, finding, where));
    return id;
  }

  /** Of two functions, one of which calls the other, now this and now that may be blamed: they are one leak. */
  #idOf({ site, calledFrom }: FoundPlace): string {
    const id = fingerprint(site);
    if (this.#book.isOpen(id)) return id;
    const callers = new Set(calledFrom.map(fingerprint));
    const related = this.#book.report.detectedLeaks.find(
      (leak) =>
        leak.closed === null &&
        leak.metric === 'allocations' &&
        (callers.has(leak.id) || leak.calledFrom.some((place) => fingerprint(place) === id)),
    );
    return related?.id ?? id;
  }

  #seen(id: string, finding: JudgedFinding, where: FoundPlace): Seen {
    const { bytesPerSecond, objectsPerSecond, level, survivors, cohorts } = finding;
    const { heap_size_limit: limit, used_heap_size: used } = getHeapStatistics();
    // By its rate it has kept this much since the detector began to look.
    const kept = Math.max(finding.bytes, bytesPerSecond * ((this.#now() - this.#startedMs) / 1000));
    const reachedInMs = ((limit - used) / Math.max(1, bytesPerSecond)) * 1000;
    return {
      id,
      metric: 'allocations',
      level,
      severity: severityOf(kept, this.#settings.severityBytes, reachedInMs),
      what: `${sayCodeSite(where.site)} keeps ${formatByteRate({ bytesPerSecond })}: ${survivors} sampled objects of ${cohorts} cohorts survive; a cache that is still filling looks the same`,
      countIncrease: Math.round(objectsPerSecond * (kept / Math.max(1, bytesPerSecond))),
      memoryIncreaseBytes: Math.round(kept),
      bytesPerSecond,
      ...where,
    };
  }

  #addExternal(nowMs: Milliseconds): void {
    // V8 does not count array buffers that are shared: the larger figure, for the sum is not known.
    const { external, arrayBuffers } = process.memoryUsage();
    this.#external.push([nowMs, Math.max(external, arrayBuffers)]);
    if (this.#external.length > mostPoints) this.#external = this.#external.filter((_, index) => index % 2 === 1);
  }

  #judgeExternal(nowMs: Milliseconds): void {
    const verdict = judgeCounter(this.#external, 'external', nowMs);
    const grown = verdict === null ? 0 : verdict.to - verdict.from;
    if (verdict === null || grown < this.#settings.leakThresholdBytes)
      return this.#end('external', 'external memory rises no more');
    const { bytesPerSecond } = verdict.perSecond;
    this.#see({
      id: 'external',
      metric: 'external',
      level: verdict.level,
      severity: severityOf(grown, this.#settings.severityBytes),
      what: `memory outside of the heap (buffers, mostly) rises by ${formatByteRate({ bytesPerSecond })}: ${formatBytes(verdict.to)}, from ${formatBytes(verdict.from)} ${formatDuration(verdict.spanMs)} ago`,
      countIncrease: null,
      memoryIncreaseBytes: grown,
      bytesPerSecond,
      site: null,
      calledFrom: [],
    });
  }

  #see(seen: Seen): void {
    const news = this.#book.see(seen, this.#settings.clock.now());
    if (news !== null) tellLeak(news, this.#settings);
  }

  #end(id: string, why: string): void {
    const ended: DetectedLeak | null = this.#book.end(id, this.#settings.clock.now(), why);
    if (ended !== null) tellLeak(ended, this.#settings);
  }
}
