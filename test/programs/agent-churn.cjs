// Opens and closes handles of many types for CHURN_MS, waits until all are closed, and prints how much heap is in use
// after a full collection, before and after. Run it with --expose-gc.
'use strict';
const fs = require('node:fs');
const net = require('node:net');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { setTimeout: wait } = require('node:timers/promises');

const churnMs = Number(process.env.CHURN_MS);
let rounds = 0;

async function round(port) {
  rounds += 1;
  fs.closeSync(fs.openSync(__filename));
  const handle = await fs.promises.open(__filename);
  const interval = setInterval(() => {}, 1000);
  const timers = Array.from({ length: 20 }, (_, at) => setTimeout(() => {}, at * 2000));
  const watcher = fs.watch(__dirname);
  const folder = fs.mkdtempSync(join(tmpdir(), 'churn-'));
  const socket = net.connect(port, '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  for await (const chunk of fs.createReadStream(__filename)) void chunk;
  await wait(5);
  await handle.close();
  clearInterval(interval);
  timers.forEach(clearTimeout);
  watcher.close();
  fs.rmdirSync(folder);
  socket.destroy();
}

async function settledHeap() {
  for (let at = 0; at < 4; at += 1) {
    globalThis.gc();
    await wait(300);
  }
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

async function churn(port, forMs) {
  const end = performance.now() + forMs;
  while (performance.now() < end) await Promise.all([round(port), round(port), round(port), round(port)]);
}

const server = net.createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  await churn(port, Math.max(3000, churnMs / 4));
  const before = await settledHeap();
  await churn(port, churnMs);
  await wait(4000);
  const after = await settledHeap();
  console.log(JSON.stringify({ rounds, before, after }));
  server.close();
});
