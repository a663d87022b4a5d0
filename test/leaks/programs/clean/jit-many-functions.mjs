// clean: two thousand small functions get warm one after the other
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const functions = Array.from(
  { length: 2_000 },
  (_, at) => new Function('a', 'b', `let sum = a; for (let i = 0; i < 20; i += 1) sum += b * ${at} + i; return sum;`),
);

await drive((n) => {
  traffic(n);
  for (let at = 0; at < 10; at += 1) {
    const warm = functions[(Math.floor(n / 20) * 10 + at) % functions.length];
    for (let round = 0; round < 30; round += 1) warm(n, round);
  }
});
