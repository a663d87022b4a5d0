// A service that nobody prepared for being watched. Answers on stdin: `functions` says whether the functions that watertight replaces
// are the ones that were there at the start; `sampled` answers when buffers are sampled; `leak <n>` opens files from a line of its own; `busy <ms>`; `end <status>`.
import { ok } from 'node:assert';
import childProcess from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { openSync } from 'node:fs';

const targets = () => [
  [fs, Object.keys(fs).filter((key) => key !== 'promises')],
  [fs.promises, Object.keys(fs.promises)],
  [net.Socket.prototype, ['connect']],
  [net.Server.prototype, ['listen']],
  [childProcess.ChildProcess.prototype, ['spawn']],
  [globalThis, ['setTimeout', 'setInterval', 'SharedArrayBuffer']],
  [SharedArrayBuffer.prototype, ['constructor']],
  [WebAssembly, ['Memory']],
  [Buffer, ['alloc', 'allocUnsafe', 'allocUnsafeSlow', 'from']],
  [process, ['emit', 'reallyExit']],
];
const read = () => targets().flatMap(([target, keys]) => keys.map((key) => target[key]));
const before = read();
const imported = openSync;
const shared = SharedArrayBuffer;
const listeners = new Set(process.eventNames());

const held = [];
held.push(fs.openSync(process.execPath));
const server = net.createServer().listen(0, '127.0.0.1');
const workers = Array.from(
  { length: Number(process.env.WORKERS ?? 0) },
  () => new Worker(process.env.WORKER_SOURCE ?? 'setInterval(() => {}, 200)', { eval: true }),
);

function leak(count) {
  for (let left = count; left > 0; left -= 1) held.push(fs.openSync(process.execPath));
}

const commands = {
  functions: () => {
    const now = read();
    const changed = now.filter((value, index) => value !== before[index]).length + (openSync === imported ? 0 : 1);
    console.log(`changed ${changed} listeners ${process.eventNames().filter((name) => !listeners.has(name)).length}`);
  },
  sampled: () => {
    const timer = setInterval(() => {
      if (SharedArrayBuffer === shared) return;
      clearInterval(timer);
      console.log('sampled');
    }, 20);
  },
  leak: (count) => {
    leak(Number(count));
    console.log('leaked');
  },
  busy: (ms) => {
    console.log('busy');
    const end = Date.now() + Number(ms);
    while (Date.now() < end);
    console.log('free');
  },
  blocked: (ms) => {
    console.log('blocked');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(ms));
    console.log('free');
  },
  end: (status) => {
    for (const worker of workers) void worker.terminate();
    server.close();
    process.exit(Number(status));
  },
};

createInterface({ input: process.stdin }).on('line', (line) => {
  const [name, argument] = line.split(' ');
  ok(commands[name], name);
  commands[name](argument);
});
await Promise.all([once(server, 'listening'), ...workers.map((worker) => once(worker, 'online'))]);
console.log('ready');
