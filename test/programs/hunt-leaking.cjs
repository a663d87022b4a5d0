'use strict';
// Leaks in three ways, about 200 KB/s each, until it is told to end.
const { EventEmitter } = require('node:events');

const bus = new EventEmitter().setMaxListeners(0);
const handlers = [];
let count = 0;

function payload() {
  return Array.from({ length: 40 }, (_, n) => `${count} ${n} ${Math.random()}`);
}

function keepClosure() {
  const data = payload();
  handlers.push(() => data.length);
}

function subscribe() {
  const data = payload();
  bus.on('change', () => data.length);
}

function keepFresh() {
  setInterval(() => count, 3_600_000).unref();
}

const work = setInterval(() => {
  count += 1;
  payload();
  keepClosure();
  subscribe();
  if (count % 20 === 0) keepFresh();
}, 10);

process.once('SIGTERM', () => {
  clearInterval(work);
  process.exit(0);
});
