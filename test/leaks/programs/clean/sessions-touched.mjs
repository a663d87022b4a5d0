// clean: a session is prolonged by each visit; visitors leave in the end
// written: 2026-11-21
import { drive, every, traffic, upTo } from '../../driver.mjs';

const sessions = new Map();

function visit(id, n) {
  const session = sessions.get(id) ?? { id, pages: new Array(160).fill(0), last: 0 };
  session.last = performance.now();
  session.pages[n % 160] = n;
  sessions.set(id, session);
}

every(300, () => {
  for (const [id, { last }] of sessions) if (performance.now() - last > 1_500) sessions.delete(id);
});

await drive(
  (n) => {
    traffic(n);
    visit(Math.floor(n / 3) - upTo(200), n);
  },
  { perSecond: 450 },
);
