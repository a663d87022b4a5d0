// leaking: the series of every sensor reading, kept as typed arrays
// right: record
// class: external
// rate: 330
// written: 2026-11-21
import { drive, random, traffic } from '../../driver.mjs';

const history = new Map();

function record(n) {
  const wave = new Float64Array(400);
  for (let at = 0; at < wave.length; at += 1) wave[at] = Math.sin(at / 7) * random();
  history.set(n, wave);
}

await drive(
  (n) => {
    traffic(n);
    record(n);
  },
  { perSecond: 100 },
);
