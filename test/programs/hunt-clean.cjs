'use strict';
// The same work as its leaking twin, with everything let go of. Ends by itself after so many seconds.
const { EventEmitter } = require('node:events');

const bus = new EventEmitter();
const recent = [];
let count = 0;

function payload() {
  return Array.from({ length: 40 }, (_, n) => `${count} ${n} ${Math.random()}`);
}

function keepRecent() {
  const data = payload();
  recent.push(() => data.length);
  if (recent.length > 50) recent.shift();
}

function subscribe() {
  const data = payload();
  const listener = () => data.length;
  bus.on('change', listener);
  bus.emit('change');
  bus.off('change', listener);
}

function refresh() {
  clearInterval(setInterval(() => count, 3_600_000));
}

const work = setInterval(() => {
  count += 1;
  payload();
  keepRecent();
  subscribe();
  if (count % 20 === 0) refresh();
  if (performance.now() > Number(process.argv[2]) * 1_000) clearInterval(work);
}, 10);
