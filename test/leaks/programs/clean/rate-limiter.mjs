// clean: a window of two seconds for each address
// written: 2026-11-21
import { drive, every, traffic, upTo } from '../../driver.mjs';

const windows = new Map();

function allowed(address) {
  const now = performance.now();
  const hits = (windows.get(address) ?? []).filter((at) => now - at < 2_000);
  hits.push(now);
  windows.set(address, hits);
  return hits.length < 100;
}

every(700, () => {
  for (const [address, hits] of windows) if (performance.now() - hits.at(-1) > 2_000) windows.delete(address);
});

await drive(
  (n) => {
    traffic(n);
    allowed(`10.${upTo(50)}.${upTo(255)}.${upTo(255)}`);
  },
  { perSecond: 400 },
);
