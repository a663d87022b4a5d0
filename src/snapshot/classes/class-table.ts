import type { Layout } from '../file/layout.ts';

/** Types whose nodes are told apart by their names. */
const named: ReadonlySet<string> = new Set(['object', 'native', 'closure']);

/** The classes of a snapshot get numbers as they are met: by type and, for objects, natives and closures, by name. */
export class ClassTable {
  readonly #types: readonly string[];
  readonly #named: Uint8Array;
  /** Open addressing: two columns for the key, one for the number. */
  #slots: Int32Array = new Int32Array(4_096).fill(-1);
  #type: Uint8Array = new Uint8Array(1_024);
  #name: Uint32Array = new Uint32Array(1_024);
  #count = 0;

  constructor(layout: Layout) {
    this.#types = layout.nodeTypes;
    this.#named = Uint8Array.from(layout.nodeTypes, (type) => Number(named.has(type)));
  }

  get count(): number {
    return this.#count;
  }

  /** The number of the class of nodes of this type and name. */
  of(type: number, name: number): number {
    const key = this.#named[type] === 1 ? name : 0;
    const mask = this.#slots.length - 1;
    let slot = (Math.imul(key, 0x9e3779b1) + Math.imul(type, 0x85ebca6b)) >>> 7;
    for (;;) {
      slot &= mask;
      const known = this.#slots[slot] as number;
      if (known < 0) return this.#add(type, key, slot);
      if (this.#type[known] === type && this.#name[known] === key) return known;
      slot += 1;
    }
  }

  /** Strings that classes are named by. */
  names(): Uint32Array {
    return this.#name.slice(0, this.#count).filter((_, at) => this.#named[this.#type[at] ?? 0] === 1);
  }

  /** What people call it: `Map`, `(closure) onData`, `(string)`. */
  label(number: number, string: (index: number) => string): string {
    const type = this.#type[number] ?? 0;
    return classLabel(this.#types[type] ?? '', this.#named[type] === 1 ? string(this.#name[number] ?? 0) : '');
  }

  #add(type: number, name: number, slot: number): number {
    const number = this.#count;
    this.#count += 1;
    if (number === this.#type.length) this.#widen();
    this.#type[number] = type;
    this.#name[number] = name;
    this.#slots[slot] = number;
    if (this.#count * 2 > this.#slots.length) this.#rehash();
    return number;
  }

  #widen(): void {
    const [type, name] = [new Uint8Array(this.#type.length * 2), new Uint32Array(this.#name.length * 2)];
    type.set(this.#type);
    name.set(this.#name);
    this.#type = type;
    this.#name = name;
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (let number = 0; number < this.#count; number += 1) {
      let slot = ((Math.imul(this.#name[number] ?? 0, 0x9e3779b1) + Math.imul(this.#type[number] ?? 0, 0x85ebca6b)) >>> 7) & mask;
      while ((slots[slot] as number) >= 0) slot = (slot + 1) & mask;
      slots[slot] = number;
    }
    this.#slots = slots;
  }
}

/** What people call a node of this type and name. */
export function classLabel(type: string, name: string): string {
  if (type === 'object') return name;
  return named.has(type) ? `(${type}) ${name}`.trimEnd() : `(${type})`;
}
