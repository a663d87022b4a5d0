/** Geometry of the wheel: six levels of 64 slots, level k of 64^k ms each: 2.2 years in all; what is later waits in the last level and is sorted again. */
export const slotsPerLevel = 64;
export const levels = 6;
/** List heads stand in front of the entries in the same arrays: one per slot, then the list of new entries and the list being run. */
export const newHead: number = levels * slotsPerLevel;
export const dueHead: number = newHead + 1;
export const firstEntry: number = newHead + 2;

const widths: Float64Array = Float64Array.from({ length: levels + 1 }, (_, level) => slotsPerLevel ** level);

function width(level: number): number {
  return widths[level] ?? 1;
}

/** The head of the slot for something due at `due` when the wheel stands at `time`. */
export function slotFor(due: number, time: number): number {
  const delta = due - time;
  let level = 0;
  while (level < levels - 1 && delta >= width(level + 1)) level += 1;
  const last = Math.floor(time / width(level)) + slotsPerLevel;
  return level * slotsPerLevel + (Math.min(Math.floor(due / width(level)), last) % slotsPerLevel);
}

/** Which slots hold entries: 64 bits per level. */
export class Occupancy {
  readonly #bits: Uint32Array = new Uint32Array(levels * 2);

  add(head: number): void {
    const word = head >>> 5;
    this.#bits[word] = (this.#bits[word] ?? 0) | (1 << (head & 31));
  }

  remove(head: number): void {
    const word = head >>> 5;
    this.#bits[word] = (this.#bits[word] ?? 0) & ~(1 << (head & 31));
  }

  has(head: number): boolean {
    return ((this.#bits[head >>> 5] ?? 0) & (1 << (head & 31))) !== 0;
  }

  /** The head of the occupied slot that begins first, or -1. */
  first(time: number): number {
    let best = -1;
    let bestStart = Infinity;
    for (let level = 0; level < levels; level += 1) {
      if (this.#bits[level * 2] === 0 && this.#bits[level * 2 + 1] === 0) continue;
      const head = this.#firstOf(level, time);
      const start = slotStart(head, time);
      // On a tie the higher level first: its entries are sorted into the lower one before that runs.
      if (start <= bestStart) {
        best = head;
        bestStart = start;
      }
    }
    return best;
  }

  #firstOf(level: number, time: number): number {
    const base = level * slotsPerLevel;
    const current = Math.floor(time / width(level)) % slotsPerLevel;
    // At level 0 the present slot is due now; above it holds what is a whole turn away, so it comes last.
    const offset = level === 0 ? 0 : 1;
    for (let step = offset; step < slotsPerLevel + offset; step += 1) {
      const head = base + ((current + step) % slotsPerLevel);
      if (this.has(head)) return head;
    }
    return base + current;
  }
}

/** When the slot of `head` begins, seen from `time`. */
export function slotStart(head: number, time: number): number {
  const level = head >>> 6;
  const block = Math.floor(time / width(level));
  const distance = ((head % slotsPerLevel) - (block % slotsPerLevel) + slotsPerLevel) % slotsPerLevel;
  return (block + (level > 0 && distance === 0 ? slotsPerLevel : distance)) * width(level);
}
