/** Before so many collections nothing is said: what starts is followed closely. */
const leastCollections = 15;
/** The least of so many collections stands for all of them: what comes and goes in between is no growth. */
const span = 5;
const growthBytes = 65_536;

/** Tells from what full collections left whether memory grows. */
export interface Calm {
  /** To be called after each collection with what is in use, of the heap and outside of it. Answers whether nothing has grown lately: by 64 KiB in the last five collections. */
  look(heapUsed: number, external: number): boolean;
}

function least(sizes: readonly number[]): number {
  return sizes.reduce((smallest, size) => Math.min(smallest, size), Number.POSITIVE_INFINITY);
}

function grew(sizes: readonly number[]): boolean {
  return least(sizes.slice(span)) > least(sizes.slice(0, span)) + growthBytes;
}

export function watchCalm(): Calm {
  let heap: number[] = [];
  let outside: number[] = [];
  let collections = 0;
  return {
    look(heapUsed, external) {
      collections += 1;
      heap = [...heap, heapUsed].slice(-2 * span);
      outside = [...outside, external].slice(-2 * span);
      return collections >= leastCollections && !grew(heap) && !grew(outside);
    },
  };
}
