// leaking: a counter per user and path: labels without bound
// right: increment, Counter.increment, observe
// rate: 180
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

class Counter {
  #series = new Map();

  increment(labels) {
    const key = JSON.stringify(labels);
    const series = this.#series.get(key) ?? { labels, value: 0, buckets: new Array(24).fill(0) };
    series.value += 1;
    this.#series.set(key, series);
  }
}

const requests = new Counter();

function observe(n) {
  requests.increment({ user: `user-${n}`, path: `/users/${n}/orders`, method: 'GET', status: '200' });
}

await drive(
  (n) => {
    traffic(n);
    observe(n);
  },
  { perSecond: 300 },
);
