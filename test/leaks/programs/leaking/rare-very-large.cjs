// leaking: four times a minute a report of 2 MB, kept for comparison with the next ones
// right: makeReport, monthly
// class: rare
// rate: 160
// written: 2026-11-21
const reports = [];

function makeReport(n) {
  return Array.from({ length: 20_000 }, (_, line) => ({ line, sum: line * n }));
}

function monthly(n) {
  reports.push(makeReport(n));
}

import('../../driver.mjs').then(({ drive, traffic }) =>
  drive(
    (n) => {
      traffic(n);
      if (n % 600 === 100) monthly(n);
    },
    { perSecond: 100 },
  ),
);
