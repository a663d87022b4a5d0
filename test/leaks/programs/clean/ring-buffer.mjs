// clean: the last thousand events in a ring
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const ring = new Array(1_000);

await drive((n) => {
  traffic(n);
  ring[n % ring.length] = { n, at: Date.now(), path: `/items/${n}`, trace: new Array(100).fill(n) };
});
