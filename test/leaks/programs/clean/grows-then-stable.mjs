// clean: an index grows for twelve seconds while documents come in, then it is only read
// written: 2026-11-21
import { drive, run, traffic, upTo } from '../../driver.mjs';

const index = new Map();

function add(n) {
  for (const word of [`word${n % 900}`, `name${n}`, `year${1900 + (n % 120)}`]) {
    if (!index.has(word)) index.set(word, []);
    index.get(word).push({ n, score: n / 3, fields: [n, n + 1, n + 2] });
  }
}

await drive(
  (n) => {
    traffic(n);
    if (run.part * run.seconds < 12) add(n);
    else index.get(`name${upTo(100)}`)?.length;
  },
  { perSecond: 400 },
);
