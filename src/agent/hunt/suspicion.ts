import type * as V8 from 'node:v8';
import type { Agent } from '../agent.ts';

/** Readings, one a second, whose least counts. */
const readings = 10;
/** Before this every heap rises. */
const heapWarmUpMs = 20_000;
const megabyte = 1_048_576;

/** A free first filter: whether something has risen above all it ever was, and stays there. */
export interface Suspicion {
  /** To be called about once a second. Answers why it is worth while to look closer; null if it is not. */
  look(nowMs: number): string | null;
  /** Only what rises from now on counts. */
  forget(): void;
}

interface Watched {
  readonly what: string;
  readonly read: () => number;
  /** Growth by less is none. */
  readonly leastBytes: number;
  readonly warmUpMs: number;
}

/** The least of the last readings against the most of all earlier ones. */
function watchFloor({ what, read, leastBytes, warmUpMs }: Watched): Suspicion {
  const recent = new Float64Array(readings);
  let seen = 0;
  let mostEarlier = 0;

  function add(value: number): number {
    const at = seen % readings;
    if (seen >= readings) mostEarlier = Math.max(mostEarlier, recent[at] ?? 0);
    recent[at] = value;
    seen += 1;
    if (seen <= readings) return 0;
    const least = recent.reduce((a, b) => Math.min(a, b));
    return least >= mostEarlier + leastBytes ? least : 0;
  }

  return {
    look(nowMs) {
      const least = add(read());
      if (least === 0 || nowMs < warmUpMs) return null;
      return `for ${readings} s ${what} was above all before: ${(least / megabyte).toFixed(1)} MB or more`;
    },
    forget() {
      for (const value of recent) mostEarlier = Math.max(mostEarlier, value);
      seen = 0;
    },
  };
}

const lasting: ReadonlySet<string> = new Set(['old_space', 'large_object_space']);

/** Watches what V8 holds for long: objects that lived through two collections, and large ones. */
export function suspectHeap(): Suspicion {
  const v8 = require('v8') as typeof V8;
  function read(): number {
    let bytes = 0;
    for (const { space_name: name, space_used_size: used } of v8.getHeapSpaceStatistics()) if (lasting.has(name)) bytes += used;
    return bytes;
  }
  return watchFloor({ what: 'old space', read, leastBytes: megabyte / 4, warmUpMs: heapWarmUpMs });
}

/** Watches memory outside of V8's heap that its objects hold: buffers, for the most part. */
export function suspectExternal({ natives }: Agent): Suspicion {
  return watchFloor({ what: 'external memory', read: () => natives.memoryUsage().external, leastBytes: megabyte, warmUpMs: 0 });
}
