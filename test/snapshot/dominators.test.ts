import { fc, test as property } from '@fast-check/vitest';
import { expect } from 'vitest';
import { readGraph } from '../../src/snapshot/graph/read-graph.ts';
import { none } from '../../src/snapshot/graph/graph.ts';
import { dominators } from '../../src/snapshot/retained/dominators.ts';
import { retainedSizes } from '../../src/snapshot/retained/sizes.ts';
import { snapshotText, withFile } from './support/made-up.ts';

type Arrows = readonly (readonly [from: number, to: number, weak: boolean])[];

function reachable(count: number, arrows: Arrows, without: number): ReadonlySet<number> {
  const seen = new Set<number>(without === 0 ? [] : [0]);
  for (const node of seen)
    for (const [from, to, weak] of arrows) if (from === node && !weak && to !== without && to < count) seen.add(to);
  return seen;
}

/** By definition: whoever cannot be reached without it. The immediate one is dominated by all the others. */
function naive(count: number, arrows: Arrows): readonly (number | undefined)[] {
  const all = reachable(count, arrows, -1);
  const dominated = Array.from({ length: count }, (_, node) => {
    const rest = reachable(count, arrows, node);
    return new Set([...all].filter((other) => other !== node && !rest.has(other)));
  });
  return Array.from({ length: count }, (_, node) => {
    if (node === 0 || !all.has(node)) return undefined;
    const above = [...all].filter((other) => dominated[other]!.has(node));
    return above.toSorted((a, b) => dominated[a]!.size - dominated[b]!.size)[0];
  });
}

const graphs = fc.integer({ min: 1, max: 24 }).chain((count) =>
  fc.record({
    count: fc.constant(count),
    sizes: fc.array(fc.nat({ max: 1000 }), { minLength: count, maxLength: count }),
    arrows: fc.array(
      fc.tuple(
        fc.nat({ max: count - 1 }),
        fc.nat({ max: count - 1 }),
        fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
      ),
      { maxLength: count * 3 },
    ),
  }),
);

property.prop([graphs], { numRuns: 300 })(
  'dominators and retained sizes are those of the definition',
  async ({ count, sizes, arrows }) => {
    const nodes = sizes.map((size, node) => ({
      name: `N${node}`,
      size,
      edges: arrows.filter(([from]) => from === node).map(([, to, weak]) => ({ to, type: weak ? 'weak' : 'property' })),
    }));
    const graph = await withFile(snapshotText(nodes), readGraph);
    const found = dominators(graph);
    const wanted = naive(count, arrows);
    expect([...found.of].map((node) => (node === none ? undefined : node))).toEqual(wanted);
    const retained = retainedSizes(graph, found);
    for (let node = 0; node < count; node += 1) {
      const reached = node === 0 || wanted[node] !== undefined;
      const below = sizes.filter((_, other) => {
        for (let at: number | undefined = other; at !== undefined; at = wanted[at]) if (at === node) return true;
        return false;
      });
      if (reached) expect(retained[node]).toBe(below.reduce((sum, size) => sum + size, 0));
    }
  },
);
