'use strict';
// Leaks in three ways, the first two about 100 KB/s each, until it is told to end.
const { EventEmitter } = require('node:events');

const bus = new EventEmitter().setMaxListeners(0);
const handlers = [];
let count = 0;

function keepClosure() {
  const data = Array.from({ length: 40 }, (_, n) => `${count} ${n} ${Math.random()}`);
  handlers.push(() => data.length);
}

function subscribe() {
  const data = Array.from({ length: 40 }, (_, n) => `${n} ${count} ${Math.random()}`);
  bus.on('change', () => data.length);
}

function keepFresh() {
  count += 1;
  setInterval(() => count, 3_600_000).unref();
}

const work = [setInterval(keepClosure, 20), setInterval(subscribe, 20), setInterval(keepFresh, 400)];

process.once('SIGTERM', () => {
  for (const timer of work) clearInterval(timer);
  process.exit(0);
});
