// clean: a worker gets at most sixteen messages at a time; the others wait in a short queue or are refused
// written: 2026-11-21
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

function work({ id, values }) {
  const until = performance.now() + 5;
  let sum = 0;
  while (performance.now() < until) sum += values[id % values.length];
  return { id, sum };
}

if (isMainThread) {
  const { drive, traffic, upTo } = await import('../../driver.mjs');
  const worker = new Worker(new URL(import.meta.url));
  const queue = [];
  let atWork = 0;
  let refused = 0;

  function pump() {
    while (atWork < 16 && queue.length > 0) {
      atWork += 1;
      worker.postMessage(queue.shift());
    }
  }

  worker.on('message', () => {
    atWork -= 1;
    pump();
  });

  await drive(
    (n) => {
      traffic(n);
      if (queue.length >= 200) refused += 1;
      else queue.push({ id: n, refused, values: Array.from({ length: 800 }, () => upTo(1_000) / 3) });
      pump();
    },
    { perSecond: 90 },
  );
} else {
  parentPort.on('message', (message) => parentPort.postMessage(work(message)));
}
