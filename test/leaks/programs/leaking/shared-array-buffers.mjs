// leaking: shared buffers of finished jobs stay in a table: in RSS, not in the heap
// right: submit
// class: native
// rate: 500
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const jobs = new Map();

function submit(n) {
  const shared = new SharedArrayBuffer(100_000);
  new Uint8Array(shared).fill(n & 255);
  jobs.set(n, { shared, done: false });
}

await drive(
  (n) => {
    traffic(n);
    if (n % 10 === 0) submit(n);
  },
  { perSecond: 50 },
);
