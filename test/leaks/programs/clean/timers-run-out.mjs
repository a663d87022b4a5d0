// clean: a time limit of four seconds per request that is left to run out
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

function handle(n) {
  const request = { n, body: new Array(120).fill(n) };
  setTimeout(() => {
    request.body.length = 0;
  }, 4_000);
  return request.n;
}

await drive((n) => {
  traffic(n);
  handle(n);
});
