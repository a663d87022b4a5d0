// leaking: a ReplaySubject without a bound
// right: publish, next
// rate: 180
// written: 2026-11-21
const { ReplaySubject } = require('rxjs');

const events = new ReplaySubject();

function publish(n) {
  events.next({ n, at: Date.now(), payload: new Array(100).fill(n) });
}

import('../../driver.mjs').then(({ drive, traffic }) =>
  drive((n) => {
    traffic(n);
    publish(n);
  }),
);
