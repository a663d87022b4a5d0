// clean: histograms for fifty routes and five statuses
// written: 2026-11-21
import { drive, traffic, upTo } from '../../driver.mjs';

const series = new Map();

function observe(labels, value) {
  const key = `${labels.route}|${labels.status}`;
  const one = series.get(key) ?? { labels, count: 0, buckets: new Array(20).fill(0) };
  one.count += 1;
  one.buckets[Math.min(19, Math.floor(Math.log2(value + 1)))] += 1;
  series.set(key, one);
}

await drive(
  (n) => {
    traffic(n);
    observe({ route: `/route-${upTo(50)}`, status: 200 + upTo(5) }, upTo(5_000));
  },
  { perSecond: 600 },
);
