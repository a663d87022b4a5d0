// leaking: a worker per job that is never told to end
// right: startJob
// class: counter
// rate: 3170
// written: 2026-11-21
import { Worker } from 'node:worker_threads';
import { drive, traffic } from '../../driver.mjs';

let started = 0;

function startJob() {
  const worker = new Worker("require('node:worker_threads').parentPort.on('message', () => {})", { eval: true });
  worker.unref();
  started += 1;
}

await drive(
  (n) => {
    traffic(n);
    if (n % 75 === 0) startJob();
  },
  { perSecond: 50, count: () => started },
);
