import type { Bytes, Milliseconds } from '../kernel/units.ts';
import type { SectionReport } from './section-report.ts';

/** What all sections of one name used together. */
export interface SectionSummary {
  readonly name: string;
  readonly count: number;
  readonly failed: number;
  readonly totalMs: Milliseconds;
  readonly longestMs: Milliseconds;
  readonly allocatedBytes: Bytes;
  readonly highestPeakHeapBytes: Bytes;
  /** Sum of the changes of the heap in use: what stays above nothing over many calls is worth a look. */
  readonly heapChangeBytes: Bytes;
  /** Sum of `retainedBytes` of those that had it; `null` when none had. */
  readonly retainedBytes: Bytes | null;
  readonly collectionMs: Milliseconds;
}

const mostNames = 1_000;

function sumOf(a: Bytes | null, b: Bytes | null): Bytes | null {
  return a === null ? b : a + (b ?? 0);
}

function added(sum: SectionSummary, report: SectionReport): SectionSummary {
  return {
    name: sum.name,
    count: sum.count + 1,
    failed: sum.failed + (report.outcome === 'ok' ? 0 : 1),
    totalMs: sum.totalMs + report.durationMs,
    longestMs: Math.max(sum.longestMs, report.durationMs),
    allocatedBytes: sum.allocatedBytes + report.allocatedBytes,
    highestPeakHeapBytes: Math.max(sum.highestPeakHeapBytes, report.peak.heapUsedBytes),
    heapChangeBytes: sum.heapChangeBytes + report.change.heapUsedBytes,
    retainedBytes: sumOf(sum.retainedBytes, report.retainedBytes),
    collectionMs: sum.collectionMs + report.collections.totalMs,
  };
}

function empty(name: string): SectionSummary {
  return {
    name,
    count: 0,
    failed: 0,
    totalMs: 0,
    longestMs: 0,
    allocatedBytes: 0,
    highestPeakHeapBytes: 0,
    heapChangeBytes: 0,
    retainedBytes: null,
    collectionMs: 0,
  };
}

/** Sums by name, at most 1 000 names: further ones are summed up under `(others)`. */
export class SectionTotals {
  readonly #sums: Map<string, SectionSummary> = new Map();

  add(report: SectionReport): void {
    const name = this.#sums.has(report.name) || this.#sums.size < mostNames ? report.name : '(others)';
    this.#sums.set(name, added(this.#sums.get(name) ?? empty(name), report));
  }

  /** Those that allocated most first. */
  list(): readonly SectionSummary[] {
    return [...this.#sums.values()].sort((a, b) => b.allocatedBytes - a.allocatedBytes);
  }

  clear(): void {
    this.#sums.clear();
  }
}
