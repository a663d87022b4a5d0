// clean: what is in flight follows a load that rises and falls like days do
// written: 2026-11-21
import { drive, run, sleep, traffic, upTo } from '../../driver.mjs';

const inFlight = new Map();

async function handle(n) {
  inFlight.set(n, { n, body: new Array(150).fill(n) });
  await sleep(400 + upTo(800));
  inFlight.delete(n);
}

await drive((n) => {
  traffic(n);
  const strength = 1 + Math.sin((run.part * run.seconds * Math.PI) / 6);
  if (upTo(100) < strength * 50) void handle(n);
});
