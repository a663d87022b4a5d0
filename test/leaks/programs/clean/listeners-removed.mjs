// clean: each request listens for 300 ms and stops
// written: 2026-11-21
import { EventEmitter } from 'node:events';
import { drive, sleep, traffic } from '../../driver.mjs';

const bus = new EventEmitter();
bus.setMaxListeners(0);

async function handle(n) {
  const seen = new Array(80).fill(n);
  const listener = (price) => seen.push(price);
  bus.on('price', listener);
  await sleep(300);
  bus.off('price', listener);
}

await drive(async (n) => {
  traffic(n);
  if (n % 20 === 0) bus.emit('price', n);
  await handle(n);
});
