// clean: a catalogue of a hundred megabytes, searched all the time with much garbage; some rows are replaced by new ones
// written: 2026-11-21
const catalogue = new Map();

function makeProduct(id) {
  return {
    id,
    name: `product ${id}`,
    tags: [`tag-${id % 100}`, `tag-${id % 77}`],
    stock: Array.from({ length: 60 }, (_, store) => store + (id % 900)),
  };
}

for (let id = 0; id < 110_000; id += 1) catalogue.set(id, makeProduct(id));

function search(from) {
  const hits = [];
  for (let id = from; id < from + 400; id += 1) hits.push({ ...catalogue.get(id % 110_000), score: id % 7 });
  return hits.sort((a, b) => b.score - a.score).slice(0, 10);
}

import('../../driver.mjs').then(({ drive, traffic, upTo }) =>
  drive(
    (n) => {
      traffic(n);
      search(upTo(110_000));
      const id = upTo(110_000);
      catalogue.set(id, makeProduct(id));
    },
    { perSecond: 80 },
  ),
);
