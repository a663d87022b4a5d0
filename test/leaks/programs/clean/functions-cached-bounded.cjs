// clean: compiled filters in a cache of a hundred and twenty
// written: 2026-11-21
const filters = new Map();

function filterFor(condition) {
  let filter = filters.get(condition);
  if (filter === undefined) {
    filter = new Function('row', `return row.price > ${condition} && row.stock % 3 === ${condition % 3};`);
    filters.set(condition, filter);
    if (filters.size > 120) filters.delete(filters.keys().next().value);
  }
  return filter;
}

import('../../driver.mjs').then(({ drive, traffic, upTo }) =>
  drive(
    (n) => {
      traffic(n);
      filterFor(upTo(2_000))({ price: n % 3_000, stock: n });
    },
    { perSecond: 150 },
  ),
);
