// clean: two workers for the whole run, which make garbage of their own
// written: 2026-11-21
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

function digest(values) {
  return values.map((value) => ({ value, square: value * value })).reduce((sum, { square }) => sum + square, 0);
}

if (isMainThread) {
  const { drive, traffic } = await import('../../driver.mjs');
  const waiting = new Map();
  const workers = [1, 2].map(() => new Worker(new URL(import.meta.url)));
  for (const worker of workers) {
    worker.on('message', ({ n, sum }) => {
      waiting.get(n)(sum);
      waiting.delete(n);
    });
  }
  await drive((n) => {
    traffic(n);
    return new Promise((resolve) => {
      waiting.set(n, resolve);
      workers[n % 2].postMessage({ n, values: new Array(200).fill(n) });
    });
  });
} else {
  parentPort.on('message', ({ n, values }) => parentPort.postMessage({ n, sum: digest(values) }));
}
