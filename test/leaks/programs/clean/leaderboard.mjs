// clean: the best two hundred scores
// written: 2026-11-21
import { drive, random, traffic } from '../../driver.mjs';

let best = [];

function enter(n) {
  best.push({ n, score: random(), player: `player ${n}`, moves: new Array(100).fill(n) });
  if (best.length > 250) best = best.sort((a, b) => b.score - a.score).slice(0, 200);
}

await drive(
  (n) => {
    traffic(n);
    enter(n);
  },
  { perSecond: 300 },
);
