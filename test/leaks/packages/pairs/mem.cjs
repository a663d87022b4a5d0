// package: mem
// versions: 3.0.1, 4.0.0
// says: a memoised function with a maximum age of one second
// right: memoized, priceOf, setData, quote
// rate: 150
// written: 2026-11-21
const { versionOf } = require('../version.cjs');

const mem = require(versionOf('mem'));

const priceOf = mem(
  function quote(item) {
    return { item, steps: Array.from({ length: 60 }, (_, step) => step * 3), name: `item ${item}` };
  },
  { maxAge: 1_000 },
);

import('../../driver.mjs').then(({ drive, traffic }) =>
  drive((n) => {
    traffic(n);
    priceOf(`item-${n}`);
  }),
);
