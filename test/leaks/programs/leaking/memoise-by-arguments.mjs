// leaking: a memoised function whose arguments hold a time
// right: memoise, memoised, priceOf, quote
// rate: 180
// written: 2026-11-21
import { drive, random, traffic } from '../../driver.mjs';

function memoise(compute) {
  const known = new Map();
  return function memoised(...given) {
    const key = JSON.stringify(given);
    if (!known.has(key)) known.set(key, compute(...given));
    return known.get(key);
  };
}

const priceOf = memoise(function quote(item, when) {
  return { item, when, steps: Array.from({ length: 60 }, (_, step) => item.cost * step) };
});

await drive((n) => {
  traffic(n);
  priceOf({ cost: n, name: `item ${n}`, sizes: [1, 2, 3], shop: 'main street 42' }, 1_700_000_000_000 + n + random());
});
