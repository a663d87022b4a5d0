// clean: a ring of three thousand that goes round after ten seconds
// written: 2026-11-21
const ring = [];
let next = 0;

function remember(entry) {
  ring[next] = entry;
  next = (next + 1) % 3_000;
}

import('../../driver.mjs').then(({ drive, traffic }) =>
  drive(
    (n) => {
      traffic(n);
      remember({ n, stack: Array.from({ length: 50 }, (_, at) => at * n), text: `event ${n}` });
    },
    { perSecond: 300 },
  ),
);
