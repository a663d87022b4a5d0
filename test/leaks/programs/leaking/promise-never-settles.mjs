// leaking: requests wait for a lock whose owner never lets go
// right: withLock, handle, acquire
// rate: 370
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const waiting = [];

function acquire() {
  return new Promise((resolve) => waiting.push(resolve));
}

async function withLock(act) {
  await acquire();
  return act();
}

async function handle(n) {
  const order = { n, lines: Array.from({ length: 80 }, (_, line) => ({ line }).line * n) };
  await withLock(() => order.lines.length);
  return order;
}

await drive((n) => {
  traffic(n);
  void handle(n);
});
