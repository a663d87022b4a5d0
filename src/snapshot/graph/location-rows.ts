import type { Layout } from '../file/layout.ts';
import type { RowSink } from '../file/numbers.ts';
import { BadSnapshot } from '../invalid.ts';

/** Rows of node, script, line and column: where closures, and constructors of objects, were written. */
export class LocationRows implements RowSink {
  readonly width: number;
  readonly #layout: Layout;
  #rows: Uint32Array = new Uint32Array(4_096);
  #length = 0;

  constructor(layout: Layout) {
    this.#layout = layout;
    this.width = layout.locationFields;
  }

  /** Four numbers for each location. */
  get rows(): Uint32Array {
    return this.#rows.subarray(0, this.#length);
  }

  take(values: Float64Array, rows: number): void {
    const [object, script, line, column] = this.#layout.locationPlaces;
    this.#makeRoom(rows * 4);
    for (let at = 0; at < rows * this.width; at += this.width) {
      const node = (values[at + object] ?? 0) / this.#layout.nodeFields;
      if (node >= this.#layout.nodeCount || node !== Math.floor(node)) throw new BadSnapshot('a location is that of no node');
      this.#rows.set([node, values[at + script] ?? 0, values[at + line] ?? 0, values[at + column] ?? 0], this.#length);
      this.#length += 4;
    }
  }

  #makeRoom(more: number): void {
    if (this.#length + more <= this.#rows.length) return;
    const longer = new Uint32Array(Math.max(this.#length + more, this.#rows.length * 2));
    longer.set(this.#rows);
    this.#rows = longer;
  }
}
