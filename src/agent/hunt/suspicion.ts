import type * as V8 from 'node:v8';

/** Readings, one a second, whose least counts. */
const readings = 10;
/** Before this everything rises. */
const warmUpMs = 20_000;
/** Growth by less is none. */
const leastBytes = 262_144;

/** A free first filter: whether something has risen above all it ever was, and stays there. */
export interface Suspicion {
  /** To be called about once a second. Answers why sampling is worth while; null if it is not. */
  look(nowMs: number): string | null;
  /** Only what rises from now on counts. */
  forget(): void;
}

/** The least of the last readings against the most of all earlier ones. */
class Floor {
  readonly #recent = new Float64Array(readings);
  #seen = 0;
  #mostEarlier = 0;

  /** Takes a reading; answers the least of the last ones if it is above all earlier ones, else 0. */
  add(value: number): number {
    const at = this.#seen % readings;
    if (this.#seen >= readings) this.#mostEarlier = Math.max(this.#mostEarlier, this.#recent[at] ?? 0);
    this.#recent[at] = value;
    this.#seen += 1;
    if (this.#seen <= readings) return 0;
    const least = this.#recent.reduce((a, b) => Math.min(a, b));
    return least >= this.#mostEarlier + leastBytes ? least : 0;
  }

  forget(): void {
    for (const value of this.#recent) this.#mostEarlier = Math.max(this.#mostEarlier, value);
    this.#seen = 0;
  }
}

const lasting: ReadonlySet<string> = new Set(['old_space', 'large_object_space']);

function lastingBytes(v8: typeof V8): number {
  let bytes = 0;
  for (const { space_name: name, space_used_size: used } of v8.getHeapSpaceStatistics()) if (lasting.has(name)) bytes += used;
  return bytes;
}

/** Watches what V8 holds for long: objects that lived through two collections, and large ones. */
export function createSuspicion(): Suspicion {
  const v8 = require('v8') as typeof V8;
  const floor = new Floor();
  return {
    look(nowMs) {
      const least = floor.add(lastingBytes(v8));
      if (least === 0 || nowMs < warmUpMs) return null;
      return `for ${readings} s old space was above all before: ${(least / 1_048_576).toFixed(1)} MB or more`;
    },
    forget: () => floor.forget(),
  };
}
