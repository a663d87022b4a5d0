// leaking: each context points to the one it was entered from, without end
// right: enter
// rate: 130
// written: 2026-11-21
const { AsyncLocalStorage } = require('node:async_hooks');

const storage = new AsyncLocalStorage();
let last;

function enter(n) {
  last = {
    n,
    parent: last,
    baggage: Object.fromEntries(Array.from({ length: 12 }, (_, key) => [`key${key}`, n + key])),
    marks: new Array(50).fill(n),
  };
  return storage.run(last, () => storage.getStore().n);
}

import('../../driver.mjs').then(({ drive, traffic }) =>
  drive((n) => {
    traffic(n);
    enter(n);
  }),
);
