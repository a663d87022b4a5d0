// leaking: a Map inside a worker thread grows; the main thread is clean
// right: index, makeEntry
// rate: 270
// written: 2026-11-21
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { getHeapStatistics } from 'node:v8';

const documents = new Map();

function makeEntry(n) {
  return { n, words: Array.from({ length: 100 }, (_, word) => word * n) };
}

function index(n) {
  documents.set(`document ${n}`, makeEntry(n));
}

if (isMainThread) {
  const { drive, traffic } = await import('../../driver.mjs');
  const worker = new Worker(new URL(import.meta.url));
  let used = 0;
  worker.on('message', (answer) => {
    used = answer;
  });
  await drive(
    (n) => {
      traffic(n);
      worker.postMessage(n);
    },
    { count: () => Math.round(used / 1024) },
  );
} else {
  parentPort.on('message', (n) => {
    index(n);
    if (n % 100 === 0) parentPort.postMessage(getHeapStatistics().used_heap_size);
  });
}
