// leaking: an audit trail in memory
// right: audit
// rate: 110
// written: 2026-11-21
class Auditor {
  #entries = [];

  audit(who, what) {
    this.#entries.push({
      who,
      what,
      at: new Date(),
      before: { amount: who * 2, tags: ['a', 'b', String(who)] },
      after: { amount: who, tags: [] },
    });
  }

  get size() {
    return this.#entries.length;
  }
}

const auditor = new Auditor();

import('../../driver.mjs').then(({ drive, traffic }) =>
  drive(
    (n) => {
      traffic(n);
      auditor.audit(n, 'changed');
    },
    { perSecond: 300 },
  ),
);
