// leaking: all errors since the start are kept for a page that shows the last ten
// right: report, validate, handle
// rate: 55
// written: 2026-11-21
const errors = [];

function validate(n) {
  if (n % 2 === 0) throw new TypeError(`field ${n} must be odd`);
  return n;
}

function report(error, n) {
  errors.push({ error, when: Date.now(), request: { n, path: `/orders/${n}`, query: { page: n, size: 10 } } });
}

function handle(n) {
  try {
    return validate(n);
  } catch (error) {
    report(error, n);
    return errors.slice(-10).length;
  }
}

import('../../driver.mjs').then(({ drive, traffic }) =>
  drive((n) => {
    traffic(n);
    handle(n);
  }),
);
