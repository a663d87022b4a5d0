// leaking: one key in ten requests is new, 17 KB a second in all
// right: remember
// class: slow
// rate: 17
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const names = new Map();

function remember(n) {
  names.set(`host-${n}.example.org`, { n, first: Date.now(), addresses: new Array(75).fill(n) });
}

await drive(
  (n) => {
    traffic(n);
    if (n % 10 === 0) remember(n);
  },
  { perSecond: 200 },
);
