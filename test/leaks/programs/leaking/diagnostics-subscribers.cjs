// leaking: each import subscribes to a diagnostics channel for its own statistics and never unsubscribes
// right: collect, startImport
// rate: 110
// written: 2026-11-21
const { channel } = require('node:diagnostics_channel');

const stored = channel('orders.stored');

function collect(statistics) {
  stored.subscribe((message) => {
    statistics.perHour[message.hour] += 1;
  });
}

function startImport(n) {
  const statistics = {
    source: `file-${n}.csv`,
    perHour: new Array(24).fill(0),
    columns: Array.from({ length: 50 }, (_, at) => at + n),
  };
  collect(statistics);
  return statistics;
}

import('../../driver.mjs').then(({ drive, traffic }) =>
  drive(
    (n) => {
      traffic(n);
      startImport(n);
      if (n % 500 === 0) stored.publish({ hour: n % 24 });
    },
    { perSecond: 120 },
  ),
);
