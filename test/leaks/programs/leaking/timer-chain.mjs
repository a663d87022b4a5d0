// leaking: each round is called by the round before and keeps it as its cause
// right: round
// rate: 180
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

let current = null;

function round(cause, n) {
  const facts = { n, cause, measures: Array.from({ length: 100 }, (_, at) => at % (n + 1)) };
  current = { facts, retry: () => round(facts, n + 1) };
}

round(null, 0);

await drive((n) => {
  traffic(n);
  current.retry();
});
