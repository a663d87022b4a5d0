// leaking: of all kinds of events only the refund, one in twelve, is put on a list for accounting that nobody fetches
// right: refund, dispatch
// rate: 65
// written: 2026-11-21
const forAccounting = [];
const totals = { paid: 0, shipped: 0 };

function refund(event) {
  const entries = event.lines.map((line) => ({
    account: 8400 + line.at,
    amount: -line.price,
    text: `refund ${event.n}/${line.at}`,
  }));
  forAccounting.push({ of: event.n, entries });
}

const handlers = {
  paid: (event) => (totals.paid += event.lines.length),
  shipped: (event) => (totals.shipped += 1),
  viewed: (event) => event.lines.slice(0, 2),
  refund,
};

function dispatch(n) {
  const type = n % 12 === 5 ? 'refund' : ['paid', 'shipped', 'viewed'][n % 3];
  handlers[type]({ n, lines: Array.from({ length: 14 }, (_, at) => ({ at, price: at + 0.5 })) });
}

import('../../driver.mjs').then(({ drive, traffic }) =>
  drive(
    (n) => {
      traffic(n);
      dispatch(n);
    },
    { perSecond: 420 },
  ),
);
