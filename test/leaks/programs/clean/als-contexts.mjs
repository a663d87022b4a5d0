// clean: a context per request that ends with it
// written: 2026-11-21
import { AsyncLocalStorage } from 'node:async_hooks';
import { drive, sleep, traffic, upTo } from '../../driver.mjs';

const context = new AsyncLocalStorage();

async function inner() {
  await sleep(upTo(200));
  context.getStore().spans.push(1);
}

await drive(async (n) => {
  traffic(n);
  await context.run({ n, spans: new Array(100).fill(n) }, async () => {
    await inner();
    await inner();
  });
});
