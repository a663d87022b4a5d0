import type { Bytes, Milliseconds } from '../kernel/units.ts';
import type { MemoryFigures } from './figures.ts';
import { changeBetween, figuresOf } from './figures.ts';
import type { Mark, Peaks } from './meter.ts';

/** The highest values within a section. */
export interface MemoryPeak extends MemoryFigures {
  /** Heap and external memory together, at one time. */
  readonly heapAndExternalBytes: Bytes;
  /** Whether `rssBytes` is the highest that the kernel saw in the section; else it is the highest of the looks, ten a second. */
  readonly rssIsExact: boolean;
}

/** Collections of this thread within a section. */
export interface SectionCollections {
  readonly minor: number;
  readonly full: number;
  /** Time that the thread stood still for them. */
  readonly totalMs: Milliseconds;
  readonly longestMs: Milliseconds;
}

/** What a section used itself, without the sections inside it. */
export interface OwnUse {
  readonly allocatedBytes: Bytes;
  readonly heapUsedBytes: Bytes;
  readonly durationMs: Milliseconds;
}

/** What a section of a program used, from its beginning to its end. Plain data. */
export interface SectionReport {
  readonly name: string;
  /** Names of the sections around it, outermost first, and its own. */
  readonly path: readonly string[];
  /** Milliseconds since the epoch. */
  readonly startedAtMs: Milliseconds;
  readonly durationMs: Milliseconds;
  readonly start: MemoryFigures;
  readonly end: MemoryFigures;
  /** `end` less `start`. Of the heap, garbage that was not collected yet counts: `retainedBytes` is without. */
  readonly change: MemoryFigures;
  /** The heap's is exact, not sampled: see the guide. */
  readonly peak: MemoryPeak;
  /** Bytes allocated in this thread's heap, those freed meanwhile included; external memory is not. */
  readonly allocatedBytes: Bytes;
  /** Where that figure comes from: V8 counts it (Node 26), or it is what the heap rose by between collections (1 to 3 % less). */
  readonly allocatedBy: 'v8' | 'collections';
  readonly collections: SectionCollections;
  /** Heap and external memory that stayed in use, by full collections forced before and after; `null` without `collect`. */
  readonly retainedBytes: Bytes | null;
  /** `null` when sections inside it ran at the same time as one another, or outlived it: their shares cannot be told then. */
  readonly own: OwnUse | null;
  /** Other sections, not around it nor inside it, that were open at the same time: all figures are of the thread, so theirs are in these. At most 10 names. */
  readonly overlapped: readonly string[];
  /** `ok`, `failed` where the function that was measured threw, `abandoned` where the section was never ended. */
  readonly outcome: 'ok' | 'failed' | 'abandoned';
  /** How often memory was looked at, beside the collections. */
  readonly looks: number;
}

/** What a section knows of itself when it ends. */
export interface SectionFacts {
  readonly name: string;
  readonly path: readonly string[];
  readonly startedAtMs: Milliseconds;
  readonly durationMs: Milliseconds;
  readonly from: Mark;
  readonly to: Mark;
  readonly peaks: Peaks;
  readonly retainedBytes: Bytes | null;
  readonly inner: OwnUse | null;
  readonly overlapped: readonly string[];
  readonly outcome: SectionReport['outcome'];
}

function allocatedBetween(from: Mark, to: Mark): Pick<SectionReport, 'allocatedBytes' | 'allocatedBy'> {
  if (from.countedBytes !== null && to.countedBytes !== null)
    return { allocatedBytes: Math.max(0, to.countedBytes - from.countedBytes), allocatedBy: 'v8' };
  return { allocatedBytes: Math.max(0, to.allocatedBytes - from.allocatedBytes), allocatedBy: 'collections' };
}

function peakOf({ from, to, peaks }: SectionFacts): MemoryPeak {
  const rssIsExact = to.highestRssBytes > from.highestRssBytes;
  return {
    rssBytes: rssIsExact ? Math.max(to.highestRssBytes, peaks.rssBytes) : peaks.rssBytes,
    heapUsedBytes: peaks.heapUsedBytes,
    externalBytes: peaks.externalBytes,
    heapAndExternalBytes: peaks.heapAndExternalBytes,
    rssIsExact,
  };
}

export function sectionReport(facts: SectionFacts): SectionReport {
  const { from, to, inner, durationMs } = facts;
  const allocated = allocatedBetween(from, to);
  const change = changeBetween(from, to);
  return Object.freeze({
    name: facts.name,
    path: facts.path,
    startedAtMs: facts.startedAtMs,
    durationMs,
    start: figuresOf(from),
    end: figuresOf(to),
    change,
    peak: peakOf(facts),
    ...allocated,
    collections: {
      minor: to.minor - from.minor,
      full: to.full - from.full,
      totalMs: to.collectionMs - from.collectionMs,
      longestMs: facts.peaks.longestPauseMs,
    },
    retainedBytes: facts.retainedBytes,
    own:
      inner === null
        ? null
        : {
            allocatedBytes: Math.max(0, allocated.allocatedBytes - inner.allocatedBytes),
            heapUsedBytes: change.heapUsedBytes - inner.heapUsedBytes,
            durationMs: Math.max(0, durationMs - inner.durationMs),
          },
    overlapped: facts.overlapped,
    outcome: facts.outcome,
    looks: to.looks - from.looks,
  });
}
