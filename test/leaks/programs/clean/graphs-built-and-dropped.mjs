// clean: graphs with cycles are built, walked and dropped; one of them lives at a time
// written: 2026-11-21
import { drive, traffic, upTo } from '../../driver.mjs';

let graph = [];

function build(n) {
  const nodes = Array.from({ length: 1_500 }, (_, id) => ({ id, n, next: [] }));
  for (const node of nodes) node.next.push(nodes[upTo(1_500)], nodes[upTo(1_500)]);
  return nodes;
}

await drive(
  (n) => {
    traffic(n);
    if (n % 10 === 0) graph = build(n);
    graph[upTo(1_500)].next.length;
  },
  { perSecond: 80 },
);
