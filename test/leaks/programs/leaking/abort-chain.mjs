// leaking: each round of polling derives its controller from the round before, the first one from the service's
// right: derive, nextRound
// rate: 120
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const shutdown = new AbortController();
let current = shutdown;

function derive(parent) {
  const child = new AbortController();
  parent.signal.addEventListener('abort', () => child.abort(parent.signal.reason), { once: true });
  return child;
}

function nextRound() {
  current = derive(current);
  return current.signal;
}

await drive(
  (n) => {
    traffic(n);
    if (!nextRound().aborted) traffic(n + 1);
  },
  { perSecond: 120 },
);
