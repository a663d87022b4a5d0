// leaking: the last value of each second goes to a history without end, 17 KB a second
// right: tick
// class: slow
// rate: 17
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const history = [];

function tick(n) {
  history.push({ n, at: Date.now(), sensors: Array.from({ length: 1_000 }, (_, sensor) => sensor * n) });
}

await drive(
  (n) => {
    traffic(n);
    if (n % 50 === 0) tick(n);
  },
  { perSecond: 100 },
);
