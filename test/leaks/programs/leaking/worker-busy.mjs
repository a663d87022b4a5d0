// leaking: measurements are posted to a worker that takes fifty a second; a hundred and ten come
// right: submit, makeMeasurement
// class: native
// rate: 1010
// written: 2026-11-21
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

function makeMeasurement(n) {
  return { n, values: Array.from({ length: 1_200 }, (_, at) => Math.sin(at + n)) };
}

function work({ values }) {
  const until = performance.now() + 4;
  let sum = 0;
  while (performance.now() < until) sum += values[0];
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 16);
  return sum;
}

if (isMainThread) {
  const { drive, traffic } = await import('../../driver.mjs');
  const worker = new Worker(new URL(import.meta.url));
  let done = 0;
  worker.on('message', () => {
    done += 1;
  });

  function submit(n) {
    worker.postMessage(makeMeasurement(n));
  }

  let sent = 0;
  await drive(
    (n) => {
      traffic(n);
      submit(n);
      sent += 1;
    },
    { perSecond: 110, count: () => sent - done },
  );
} else {
  parentPort.on('message', (measurement) => parentPort.postMessage(work(measurement)));
}
