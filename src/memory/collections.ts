import { PerformanceObserver, constants } from 'node:perf_hooks';
import type { PerformanceEntry } from 'node:perf_hooks';
import type { CollectionTotals } from './types.ts';

function kindOf(entry: PerformanceEntry): number {
  // Node's own type of the entry says nothing of it.
  const detail: unknown = Reflect.get(entry, 'detail');
  const kind: unknown = typeof detail === 'object' && detail !== null ? Reflect.get(detail, 'kind') : undefined;
  return typeof kind === 'number' ? kind : 0;
}

/** Counts the collections of this thread and the time that it stood still for them. Does not keep the process alive. */
export class CollectionCounter {
  #observer: PerformanceObserver | null = null;
  #minor = 0;
  #minorMs = 0;
  #full = 0;
  #fullMs = 0;
  #longestMs = 0;

  start(): void {
    if (this.#observer !== null) return;
    this.#observer = new PerformanceObserver((list) => this.#count(list.getEntries()));
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  stop(): void {
    this.#observer?.disconnect();
    this.#observer = null;
  }

  /** Since the first start; `null` while it is stopped. */
  totals(): CollectionTotals | null {
    if (this.#observer === null) return null;
    this.#count(this.#observer.takeRecords());
    return { minor: this.#minor, minorMs: this.#minorMs, full: this.#full, fullMs: this.#fullMs, longestMs: this.#longestMs };
  }

  #count(entries: readonly PerformanceEntry[]): void {
    for (const entry of entries) {
      this.#longestMs = Math.max(this.#longestMs, entry.duration);
      const kind = kindOf(entry);
      if (kind === constants.NODE_PERFORMANCE_GC_MAJOR) {
        this.#full++;
        this.#fullMs += entry.duration;
      } else if (kind === constants.NODE_PERFORMANCE_GC_MINOR) {
        this.#minor++;
        this.#minorMs += entry.duration;
      }
    }
  }
}
