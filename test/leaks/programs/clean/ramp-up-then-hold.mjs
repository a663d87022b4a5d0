// clean: the load rises for fifteen seconds, sessions of three seconds with it, then both hold
// written: 2026-11-21
import { drive, run, traffic, upTo } from '../../driver.mjs';

const sessions = new Map();

function open(n) {
  sessions.set(n, { n, views: new Array(120).fill(n) });
  setTimeout(() => sessions.delete(n), 3_000);
}

await drive(
  (n) => {
    traffic(n);
    if (upTo(100) < Math.min(100, 10 + (run.part * run.seconds * 90) / 15)) open(n);
  },
  { perSecond: 250 },
);
