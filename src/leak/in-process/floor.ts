import { getHeapSpaceStatistics } from 'node:v8';
import type { Bytes } from '../../kernel/units.ts';

/** Readings whose least counts. */
export const floorReadings = 10;
/** Growth by less is none. */
const leastBytes: Bytes = 256 * 1024;

/** A free first filter: whether the least of the last readings is above all that came before. */
export class Floor {
  readonly #recent = new Float64Array(floorReadings);
  #seen = 0;
  #mostEarlier = 0;

  /** Takes a reading; answers the least of the last ones where it is above all earlier ones, else `null`. */
  add(bytes: Bytes): Bytes | null {
    const at = this.#seen % floorReadings;
    if (this.#seen >= floorReadings) this.#mostEarlier = Math.max(this.#mostEarlier, this.#recent[at] ?? 0);
    this.#recent[at] = bytes;
    this.#seen += 1;
    if (this.#seen <= floorReadings) return null;
    const least = Math.min(...this.#recent);
    return least >= this.#mostEarlier + leastBytes ? least : null;
  }

  /** Only what rises from now on counts. */
  forget(): void {
    this.#mostEarlier = Math.max(this.#mostEarlier, ...this.#recent);
    this.#seen = 0;
  }
}

const lasting: ReadonlySet<string> = new Set(['old_space', 'large_object_space']);

/** What V8 holds for long in this thread: objects that lived through two collections, and large ones. 5 µs. */
export function lastingBytes(): Bytes {
  let bytes = 0;
  for (const { space_name: name, space_used_size: used } of getHeapSpaceStatistics()) if (lasting.has(name)) bytes += used;
  return bytes;
}
