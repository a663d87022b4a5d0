// leaking: each reconnection adds listeners again, 17 KB a second
// right: reconnect
// class: slow
// rate: 17
// written: 2026-11-21
const { EventEmitter } = require('node:events');

const broker = new EventEmitter();
broker.setMaxListeners(0);

function reconnect(n) {
  const state = { n, backlog: new Array(170).fill(n) };
  broker.on('message', () => state.n);
  broker.on('error', () => state.backlog.length);
}

import('../../driver.mjs').then(({ drive, traffic }) =>
  drive(
    (n) => {
      traffic(n);
      if (n % 20 === 0) reconnect(n);
    },
    { perSecond: 200 },
  ),
);
