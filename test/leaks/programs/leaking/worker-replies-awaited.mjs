// leaking: callbacks by task id stay after the worker answered
// right: submit, Pool.submit
// rate: 240
// written: 2026-11-21
import { Worker } from 'node:worker_threads';
import { drive, traffic } from '../../driver.mjs';

class Pool {
  #worker = new Worker(
    "const { parentPort } = require('node:worker_threads'); parentPort.on('message', ({ id, values }) => parentPort.postMessage({ id, sum: values.length }))",
    { eval: true },
  );
  #waiting = new Map();
  #next = 0;

  constructor() {
    this.#worker.on('message', ({ id, sum }) => this.#waiting.get(id)(sum));
  }

  submit(values) {
    this.#next += 1;
    const id = this.#next;
    return new Promise((resolve) => {
      this.#waiting.set(id, (sum) => resolve({ sum, of: values }));
      this.#worker.postMessage({ id, values });
    });
  }
}

const pool = new Pool();

await drive(async (n) => {
  traffic(n);
  await pool.submit(new Array(100).fill(n));
});
