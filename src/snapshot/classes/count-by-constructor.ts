import type { Bytes } from '../../kernel/units.ts';
import type { Layout } from '../file/layout.ts';
import type { RowSink } from '../file/numbers.ts';
import { scanFile } from '../file/scan-file.ts';
import type { StringSink } from '../file/strings.ts';
import { BadSnapshot, invalidSnapshot } from '../invalid.ts';
import { ClassTable } from './class-table.ts';

/** How many objects a constructor has in a snapshot, and their own bytes. */
export interface ConstructorCount {
  /** The constructor; `(closure) name` for functions, `(string)` and the like for what has none. */
  readonly name: string;
  readonly count: number;
  readonly selfBytes: Bytes;
}

class Counts implements RowSink, StringSink {
  readonly width: number;
  readonly classes: ClassTable;
  readonly strings: Map<number, string> = new Map();
  readonly #layout: Layout;
  #counts: Float64Array = new Float64Array(1_024);
  #sizes: Float64Array = new Float64Array(1_024);
  #nodes = 0;
  #wanted: Uint32Array | undefined;
  #next = 0;
  #strings = 0;

  constructor(layout: Layout) {
    this.#layout = layout;
    this.width = layout.nodeFields;
    this.classes = new ClassTable(layout);
  }

  take(values: Float64Array, rows: number): void {
    const { type, name, selfSize, nodeTypes } = this.#layout;
    for (let at = 0; at < rows * this.width; at += this.width) {
      // The columns of a row are within it: the layout was checked.
      const kind = values[at + type] as number;
      if (kind >= nodeTypes.length) throw new BadSnapshot('a node has a type that cannot be');
      const number = this.classes.of(kind, values[at + name] as number);
      if (number >= this.#counts.length) this.#widen();
      this.#counts[number] = (this.#counts[number] as number) + 1;
      this.#sizes[number] = (this.#sizes[number] as number) + (values[at + selfSize] as number);
    }
    this.#nodes += rows;
  }

  begin(index: number): boolean {
    this.#wanted ??= this.classes.names().sort();
    while ((this.#wanted[this.#next] ?? Number.POSITIVE_INFINITY) < index) this.#next += 1;
    return this.#wanted[this.#next] === index;
  }

  text(index: number, text: string): void {
    this.strings.set(index, text);
  }

  end(count: number): void {
    this.#strings = count;
  }

  result(): readonly ConstructorCount[] {
    const { nodeCount } = this.#layout;
    if (nodeCount === 0 || this.#nodes !== nodeCount)
      throw new BadSnapshot(`it has ${this.#nodes} nodes, and its head tells of ${nodeCount}`);
    if ((this.#wanted?.at(-1) ?? 0) >= this.#strings)
      throw new BadSnapshot('it is damaged: names refer to strings that it does not have');
    const byName = new Map<string, { count: number; selfBytes: Bytes }>();
    for (let number = 0; number < this.classes.count; number += 1) {
      const name = this.classes.label(number, (index) => this.strings.get(index) ?? '');
      const sum = byName.get(name) ?? { count: 0, selfBytes: 0 };
      sum.count += this.#counts[number] ?? 0;
      sum.selfBytes += this.#sizes[number] ?? 0;
      byName.set(name, sum);
    }
    return Array.from(byName, ([name, sum]) => ({ name, ...sum })).sort((a, b) => b.selfBytes - a.selfBytes);
  }

  #widen(): void {
    const [counts, sizes] = [new Float64Array(this.#counts.length * 2), new Float64Array(this.#sizes.length * 2)];
    counts.set(this.#counts);
    sizes.set(this.#sizes);
    this.#counts = counts;
    this.#sizes = sizes;
  }
}

/**
 * Counts the objects of a heap snapshot by constructor, most bytes first, in one pass and with little memory (below 100 MB for a file of 2 GB):
 * of the file only nodes and the names of constructors are looked at. Rejects with WT_SNAPSHOT_INVALID where the file is missing, foreign, cut
 * off or damaged.
 */
export async function countByConstructor(path: string): Promise<readonly ConstructorCount[]> {
  let counts: Counts | undefined;
  await scanFile(path, (layout) => {
    counts = new Counts(layout);
    return { nodes: counts, strings: counts };
  });
  try {
    if (counts === undefined) throw new BadSnapshot('it is no heap snapshot');
    return counts.result();
  } catch (error) {
    throw error instanceof BadSnapshot ? invalidSnapshot(path, error.message) : error;
  }
}
