const width = 3;
const smallest = 256;

function hash(first: number, second: number, third: number): number {
  let mixed = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b) ^ Math.imul(third, 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3ce5);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}

/** Numbers triples of integers from 1 on, in the order in which they come. Lives outside of the heap that is observed. */
export class TripleTable {
  readonly #max: number;
  #keys = new Int32Array(smallest * width);
  /** Slot to number; 0: free. */
  #slots = new Int32Array(smallest * 2);
  #size = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#size;
  }

  /** The number of the triple, a new one if need be; 0 when the table is full. `size` tells whether it is new. */
  intern(first: number, second: number, third: number): number {
    const slot = this.#slotOf(first, second, third);
    const known = this.#slots[slot] ?? 0;
    if (known > 0 || this.#size >= this.#max) return known;
    this.#size += 1;
    this.#slots[slot] = this.#size;
    if (this.#size * width > this.#keys.length) this.#keys = grown(this.#keys);
    this.#keys.set([first, second, third], (this.#size - 1) * width);
    const id = this.#size;
    if (this.#size * 2 > this.#slots.length) this.#rehash();
    return id;
  }

  #slotOf(first: number, second: number, third: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash(first, second, third) & mask;
    for (;;) {
      const at = ((this.#slots[slot] ?? 0) - 1) * width;
      if (at < 0) return slot;
      if (this.#keys[at] === first && this.#keys[at + 1] === second && this.#keys[at + 2] === third) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (let id = 1; id <= this.#size; id += 1) {
      const at = (id - 1) * width;
      this.#slots[this.#slotOf(this.#keys[at] ?? 0, this.#keys[at + 1] ?? 0, this.#keys[at + 2] ?? 0)] = id;
    }
  }
}

function grown(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
