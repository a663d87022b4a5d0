import type { Layout } from '../file/layout.ts';
import type { RowSink } from '../file/numbers.ts';
import { BadSnapshot } from '../invalid.ts';
import { isNamedEdge, none } from './graph.ts';

/** A set of numbers that grows with the largest. */
export class NumberSet {
  #bits: Uint8Array = new Uint8Array(8_192);

  add(value: number): void {
    const at = value >>> 3;
    if (at >= this.#bits.length) this.#grow(at);
    // The set is as long as its largest value needs.
    this.#bits[at] = (this.#bits[at] as number) | (1 << (value & 7));
  }

  has(value: number): boolean {
    return ((this.#bits[value >>> 3] ?? 0) & (1 << (value & 7))) !== 0;
  }

  #grow(at: number): void {
    const longer = new Uint8Array(Math.max(at + 1, this.#bits.length * 2));
    longer.set(this.#bits);
    this.#bits = longer;
  }
}

/** Edges, as they come out of a file. */
export class EdgeColumns implements RowSink {
  readonly width: number;
  readonly type: Uint8Array;
  readonly name: Uint32Array;
  readonly to: Uint32Array;
  /** Strings that name edges of V8's own: among them are those that tell of a WeakMap. */
  readonly internalNames: NumberSet = new NumberSet();
  readonly #layout: Layout;
  #count = 0;
  #highestName = 0;

  constructor(layout: Layout) {
    this.#layout = layout;
    this.width = layout.edgeFields;
    this.type = new Uint8Array(layout.edgeCount);
    this.name = new Uint32Array(layout.edgeCount);
    this.to = new Uint32Array(layout.edgeCount);
  }

  get highestName(): number {
    return this.#highestName;
  }

  take(values: Float64Array, rows: number): void {
    const { width } = this;
    const { edgeCount, edgeTypes, edgeType, edgeName, edgeTo, nodeFields, nodeCount } = this.#layout;
    if (this.#count + rows > edgeCount) throw new BadSnapshot(`it has more edges than the ${edgeCount} that its head tells of`);
    const internal = edgeTypes.indexOf('internal');
    const named = Uint8Array.from(edgeTypes, (type) => Number(isNamedEdge(type)));
    let edge = this.#count;
    let highest = this.#highestName;
    for (let at = 0; at < rows * width; at += width) {
      // The columns of a row are within it: the layout was checked.
      const type = values[at + edgeType] as number;
      const name = values[at + edgeName] as number;
      const to = (values[at + edgeTo] as number) / nodeFields;
      if (type >= edgeTypes.length || name >= none) throw new BadSnapshot('an edge has a type or a name that cannot be');
      if (to >= nodeCount || to !== Math.floor(to)) throw new BadSnapshot('an edge leads to no node');
      this.type[edge] = type;
      this.name[edge] = name;
      this.to[edge] = to;
      edge += 1;
      if (named[type] === 1 && name > highest) highest = name;
      if (type === internal) this.internalNames.add(name);
    }
    this.#count = edge;
    this.#highestName = highest;
  }

  /** Throws {@link BadSnapshot} unless there are as many as the head told of. */
  check(): void {
    const { edgeCount } = this.#layout;
    if (this.#count !== edgeCount) throw new BadSnapshot(`it has ${this.#count} edges, and its head tells of ${edgeCount}`);
  }
}
