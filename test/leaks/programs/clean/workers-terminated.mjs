// clean: a worker per job, which ends
// written: 2026-11-21
import { Worker } from 'node:worker_threads';
import { drive, traffic } from '../../driver.mjs';

const source =
  "const { parentPort, workerData } = require('node:worker_threads'); parentPort.postMessage(Array.from({ length: workerData }, (_, at) => at))";

function job(n) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(source, { eval: true, workerData: (n % 500) + 100 });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

await drive(
  async (n) => {
    traffic(n);
    if (n % 60 === 0) await job(n);
  },
  { perSecond: 60 },
);
