// clean: AbortSignal.any and listeners that go with their own signal
// written: 2026-11-21
import { setMaxListeners } from 'node:events';
import { drive, sleep, traffic } from '../../driver.mjs';

const service = new AbortController();
setMaxListeners(0, service.signal);

async function call(n) {
  const own = new AbortController();
  const body = new Array(90).fill(n);
  service.signal.addEventListener('abort', () => body.fill(0), { signal: own.signal });
  await sleep(20);
  own.abort();
}

await drive(async (n) => {
  traffic(n);
  await call(n);
});
