// clean: a hundred calls are in flight at any time
// written: 2026-11-21
import { drive, sleep, traffic, upTo } from '../../driver.mjs';

async function fetchAll(n) {
  const parts = await Promise.all(
    [1, 2, 3].map(async (part) => {
      await sleep(50 + upTo(500));
      return new Array(60).fill(n * part);
    }),
  );
  return parts.flat().length;
}

await drive(async (n) => {
  traffic(n);
  await fetchAll(n);
});
