// clean: a small cache before a larger one; what falls out of the first goes to the second, both with a bound
// written: 2026-11-21
function createLru(max, evicted) {
  const entries = new Map();
  return {
    take(key) {
      const value = entries.get(key);
      entries.delete(key);
      return value;
    },
    put(key, value) {
      entries.set(key, value);
      if (entries.size <= max) return;
      const [oldest, out] = entries.entries().next().value;
      entries.delete(oldest);
      evicted(oldest, out);
    },
  };
}

const second = createLru(1_500, () => {});
const first = createLru(150, (key, value) => second.put(key, value));

function render(key) {
  return { key, html: `<article>${key}</article>`, boxes: Array.from({ length: 120 }, (_, at) => at ^ key) };
}

function page(key) {
  const value = first.take(key) ?? second.take(key) ?? render(key);
  first.put(key, value);
  return value.html;
}

import('../../driver.mjs').then(({ drive, random, traffic }) =>
  drive(
    (n) => {
      traffic(n);
      page(Math.floor(random() ** 3 * 20_000));
    },
    { perSecond: 420 },
  ),
);
