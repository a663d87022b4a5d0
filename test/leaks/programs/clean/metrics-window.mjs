// clean: exact percentiles over a sliding window of five seconds
// written: 2026-11-21
import { drive, every, random, traffic } from '../../driver.mjs';

let points = [];

every(250, () => {
  const oldest = performance.now() - 5_000;
  points = points.filter(({ at }) => at > oldest);
  points.map(({ took }) => took).sort((a, b) => a - b);
});

await drive(
  (n) => {
    traffic(n);
    points.push({
      at: performance.now(),
      took: random() * 100,
      route: `/route-${n % 50}`,
      parts: [random(), random(), random()],
    });
  },
  { perSecond: 500 },
);
