// clean: a worker keeps the events of the last three seconds by user for its averages; users are always new
// written: 2026-11-22
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

const windows = new Map();

function take({ user, values }) {
  const key = `user-${user}`;
  windows.set(key, { key, at: Date.now(), events: values.map((value, at) => ({ at, value, text: `event ${value}` })) });
  const oldest = Date.now() - 3_000;
  for (const [known, { at }] of windows) {
    if (at >= oldest) break;
    windows.delete(known);
  }
}

function average() {
  let sum = 0;
  let count = 0;
  for (const { events } of windows.values()) {
    for (const { value } of events) sum += value;
    count += events.length;
  }
  return count === 0 ? 0 : sum / count;
}

if (isMainThread) {
  const { drive, traffic, upTo } = await import('../../driver.mjs');
  const worker = new Worker(new URL(import.meta.url));
  let used = 0;
  worker.on('message', (answer) => {
    used = answer.used;
  });
  await drive(
    (n) => {
      traffic(n);
      worker.postMessage({ user: n, values: Array.from({ length: 20 }, () => upTo(1_000)) });
    },
    { perSecond: 160, count: () => Math.round(used / 1024) },
  );
} else {
  let taken = 0;
  parentPort.on('message', (event) => {
    take(event);
    taken += 1;
    if (taken % 80 === 0) parentPort.postMessage({ average: average(), used: process.memoryUsage().heapUsed });
  });
}
