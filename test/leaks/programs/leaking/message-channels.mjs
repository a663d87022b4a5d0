// leaking: a channel per question to a worker, whose ports are never closed
// right: ask
// rate: 55
// written: 2026-11-21
import { MessageChannel, Worker } from 'node:worker_threads';
import { drive, traffic } from '../../driver.mjs';

const worker = new Worker("require('node:worker_threads').parentPort.on('message', ({ n, port }) => port.postMessage(n * 2))", {
  eval: true,
});

function ask(n) {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.on('message', resolve);
    worker.postMessage({ n, port: port2 }, [port2]);
  });
}

await drive(
  async (n) => {
    traffic(n);
    await ask(n);
  },
  { perSecond: 40 },
);
