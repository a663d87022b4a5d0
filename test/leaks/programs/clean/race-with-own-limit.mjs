// clean: each race has a limit of its own, which is cancelled
// written: 2026-11-21
import { drive, sleep, traffic } from '../../driver.mjs';

async function limited(n) {
  const stop = new AbortController();
  try {
    return await Promise.race([
      sleep(10).then(() => new Array(100).fill(n)),
      sleep(5_000, undefined, { signal: stop.signal }).catch(() => null),
    ]);
  } finally {
    stop.abort();
  }
}

await drive(async (n) => {
  traffic(n);
  await limited(n);
});
