import type { Clock, Timer } from '../kernel/clock/index.ts';
import type { Bytes, Milliseconds } from '../kernel/units.ts';
import type { CollectionSeen } from './collection-tap.ts';
import { CollectionTap } from './collection-tap.ts';
import type { Look } from './figures.ts';
import { look } from './figures.ts';
import { PeakWindow } from './peak-window.ts';

/** Totals that only rise, while somebody measures. */
export interface Totals {
  /** By the collections: what the heap rose by between any two of them. */
  readonly allocatedBytes: Bytes;
  readonly minor: number;
  readonly full: number;
  readonly collectionMs: Milliseconds;
  readonly looks: number;
}

/** The state at one moment; two of them are the ends of a stretch. */
export interface Mark extends Look, Totals {
  readonly moment: number;
}

/** The highest that was seen in a stretch. */
export interface Peaks {
  readonly rssBytes: Bytes;
  readonly heapUsedBytes: Bytes;
  readonly externalBytes: Bytes;
  readonly heapAndExternalBytes: Bytes;
  readonly longestPauseMs: Milliseconds;
}

/** Beside the ends of a stretch and the collections, resident and external memory are looked at this often. */
const lookEveryMs: Readonly<Record<Pace, Milliseconds>> = { often: 100, seldom: 1_000 };

/** `seldom`: only so that what collections told does not pile up. */
export type Pace = 'often' | 'seldom';

/** One for all stretches that are measured in this thread at the same time. While there are none it holds nothing, no timer either. */
export class Meter {
  readonly #clock: Clock;
  readonly #tap: CollectionTap = new CollectionTap();
  readonly #peaks: Readonly<Record<keyof Peaks, PeakWindow>> = {
    rssBytes: new PeakWindow(),
    heapUsedBytes: new PeakWindow(),
    externalBytes: new PeakWindow(),
    heapAndExternalBytes: new PeakWindow(),
    longestPauseMs: new PeakWindow(),
  };
  /** First moments of the stretches that go on, oldest first. */
  readonly #open: Map<number, Pace> = new Map();
  #often = 0;
  #timer: Timer | null = null;
  #moment = 0;
  #heapBytes: Bytes = 0;
  #totals: Totals = { allocatedBytes: 0, minor: 0, full: 0, collectionMs: 0, looks: 0 };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Begins a stretch; `end` must follow. */
  begin(pace: Pace): Mark {
    if (this.#open.size === 0) this.#tap.open();
    const mark = this.#look(this.#open.size === 0);
    this.#open.set(mark.moment, pace);
    if (pace === 'often' && (this.#often += 1) === 1) this.#disarm();
    this.#arm();
    return mark;
  }

  /** The state now, and the peaks since a stretch began. */
  now(from: Mark): { readonly mark: Mark; readonly peaks: Peaks } {
    const mark = this.#look(false);
    return { mark, peaks: this.#since(from.moment) };
  }

  end(from: Mark): void {
    const pace = this.#open.get(from.moment);
    if (pace === undefined) return;
    this.#open.delete(from.moment);
    if (pace === 'often') this.#often -= 1;
    const [oldest = Infinity] = this.#open.keys();
    for (const peak of Object.values(this.#peaks)) peak.forget(oldest);
    if (this.#open.size > 0) return;
    this.#disarm();
    this.#tap.close();
  }

  #disarm(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #arm(): void {
    this.#timer ??= this.#clock.schedule(lookEveryMs[this.#often > 0 ? 'often' : 'seldom'], () => {
      this.#timer = null;
      this.#look(false);
      this.#arm();
    });
  }

  #since(moment: number): Peaks {
    const { rssBytes, heapUsedBytes, externalBytes, heapAndExternalBytes, longestPauseMs } = this.#peaks;
    return {
      rssBytes: rssBytes.since(moment),
      heapUsedBytes: heapUsedBytes.since(moment),
      externalBytes: externalBytes.since(moment),
      heapAndExternalBytes: heapAndExternalBytes.since(moment),
      longestPauseMs: Math.max(0, longestPauseMs.since(moment)),
    };
  }

  /** Collections since the last look belong to every stretch that was open then: they are counted before the present state. */
  #look(isFirst: boolean): Mark {
    const collections = this.#tap.take();
    const seen = look();
    this.#moment += 1;
    if (isFirst) this.#heapBytes = seen.heapUsedBytes;
    for (const collection of isFirst ? [] : collections) this.#count(collection);
    // A stretch that begins now begins after them.
    this.#moment += 1;
    const allocatedBytes = this.#totals.allocatedBytes + seen.heapUsedBytes - this.#heapBytes;
    this.#totals = { ...this.#totals, allocatedBytes, looks: this.#totals.looks + 1 };
    this.#heapBytes = seen.heapUsedBytes;
    this.#add(seen.heapUsedBytes, seen.externalBytes);
    this.#peaks.rssBytes.add(this.#moment, seen.rssBytes);
    return { ...seen, ...this.#totals, moment: this.#moment };
  }

  #count({ kind, pauseMs, heapBefore, heapAfter, externalBefore, externalAfter }: CollectionSeen): void {
    const { allocatedBytes, minor, full, collectionMs, looks } = this.#totals;
    this.#totals = {
      allocatedBytes: allocatedBytes + heapBefore - this.#heapBytes,
      minor: minor + (kind === 'minor' ? 1 : 0),
      full: full + (kind === 'full' ? 1 : 0),
      collectionMs: collectionMs + pauseMs,
      looks,
    };
    this.#heapBytes = heapAfter;
    this.#add(heapBefore, externalBefore);
    this.#add(heapAfter, externalAfter);
    this.#peaks.longestPauseMs.add(this.#moment, pauseMs);
  }

  #add(heapBytes: Bytes, externalBytes: Bytes): void {
    this.#peaks.heapUsedBytes.add(this.#moment, heapBytes);
    this.#peaks.externalBytes.add(this.#moment, externalBytes);
    this.#peaks.heapAndExternalBytes.add(this.#moment, heapBytes + externalBytes);
  }
}
