// leaking: a comparison of screens keeps the decoded rows of all screens of a session, and the session never ends
// right: capture, decode, Session.capture
// rate: 1000
// written: 2026-11-21
class Session {
  constructor() {
    this.screens = [];
  }

  capture(n, height) {
    this.screens.push({ n, rows: this.decode(n, height) });
    return this.screens.length;
  }

  decode(n, height) {
    const rows = [];
    for (let y = 0; y < height; y += 1) rows.push(Array.from({ length: 120 }, (_, x) => (x * y + n) & 0xffff));
    return rows;
  }
}

const session = new Session();

import('../../driver.mjs').then(({ drive, traffic, upTo }) =>
  drive(
    (n) => {
      traffic(n);
      if (n % 20 === 0) session.capture(n, 120 + upTo(360));
    },
    { perSecond: 60 },
  ),
);
