import { GCProfiler } from 'node:v8';
import type { Bytes } from '../../kernel/units.ts';
import type { PackedPoll } from './packed-poll.ts';

interface Collection {
  readonly beforeGC: { readonly heapStatistics: { readonly usedHeapSize: Bytes } };
  readonly afterGC: { readonly heapStatistics: { readonly usedHeapSize: Bytes } };
}

function heapUsed(): Bytes {
  return process.memoryUsage().heapUsed;
}

/** What was allocated since the heap held `fromBytes`, also where it was collected meanwhile. */
function allocated(seen: unknown, fromBytes: Bytes, toBytes: Bytes): Bytes {
  const { statistics = [] } = (seen ?? {}) as { readonly statistics?: readonly Collection[] };
  let [bytes, from] = [0, fromBytes];
  for (const { beforeGC, afterGC } of statistics) {
    bytes += beforeGC.heapStatistics.usedHeapSize - from;
    from = afterGC.heapStatistics.usedHeapSize;
  }
  return Math.max(0, bytes + toBytes - from);
}

/** Where the clock stood at a poll: as V8 counts, and without samples of ours. */
interface Mark {
  readonly raw: number;
  readonly theirs: number;
}

const start: Mark = { raw: 0, theirs: 0 };

/**
 * Takes out of the clock what we ourselves allocate in the heap that is observed. The clock goes by samples: where few are the program's, a
 * verdict or a source map that takes megabytes would look as if the program kept less and less of what it makes.
 */
export class OwnAllocations {
  readonly #marks: Mark[] = [start];
  #bytes: Bytes = 0;

  /** Does work of ours at once. What it throws is passed on. */
  during<Result>(work: () => Result): Result {
    const collections = new GCProfiler();
    const from = heapUsed();
    collections.start();
    try {
      return work();
    } finally {
      const to = heapUsed();
      this.#bytes += allocated(collections.stop(), from, to);
    }
  }

  /** The next poll, with about the numbers that it would have without us: their order is kept, and so is all else. */
  without(poll: PackedPoll, intervalBytes: Bytes): PackedPoll {
    const last = this.#marks.at(-1) ?? start;
    const all = poll.clock - last.raw;
    // What is new and lives is the program's, whatever we guess.
    const least = Math.min(all, Math.max(1, poll.born.length / 3));
    const theirs = Math.max(least, all - Math.round(this.#bytes / intervalBytes));
    const clock = last.theirs + theirs;
    this.#bytes = 0;
    this.#marks.push({ raw: poll.clock, theirs: clock });
    return {
      ...poll,
      clock,
      born: poll.born.map((value, at) => (at % 3 === 1 ? this.#numberOf(value) : value)),
      died: poll.died.map((ordinal) => this.#numberOf(ordinal)),
    };
  }

  /** Numbers between two polls are spread evenly over what is left between them. */
  #numberOf(ordinal: number): number {
    const at = this.#marks.findIndex(({ raw }) => raw >= ordinal);
    const [from, to] = [this.#marks[at - 1], this.#marks[at]];
    if (from === undefined || to === undefined) return ordinal;
    return to.theirs - ((to.raw - ordinal) * (to.theirs - from.theirs)) / (to.raw - from.raw);
  }
}
