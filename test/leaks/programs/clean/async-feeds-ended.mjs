// clean: followers of a feed, as async generators that end with their visitor's signal
// written: 2026-11-21
import { EventEmitter, on } from 'node:events';
import { drive, every, traffic, upTo } from '../../driver.mjs';

const feed = new EventEmitter();
feed.setMaxListeners(0);

async function* changes(signal) {
  try {
    for await (const [change] of on(feed, 'change', { signal })) yield { ...change, seen: performance.now() };
  } catch (error) {
    if (error.name !== 'AbortError') throw error;
  }
}

async function visit(n) {
  const leaving = new AbortController();
  setTimeout(() => leaving.abort(), 500 + upTo(200));
  const seen = [];
  for await (const change of changes(leaving.signal)) seen.push({ change, n, cells: new Array(10).fill(n) });
  return seen.length;
}

let version = 0;
every(80, () => feed.emit('change', { version: (version += 1) }));

await drive(
  async (n) => {
    traffic(n);
    if (n % 8 === 0) await visit(n);
  },
  { perSecond: 120 },
);
