// clean: an event log that is cut off at each snapshot
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

let events = [];
let snapshot = { balance: 0, version: 0 };

function apply(event) {
  events.push(event);
  if (events.length < 1_500) return;
  snapshot = events.reduce((state, { amount }) => ({ balance: state.balance + amount, version: state.version + 1 }), snapshot);
  events = [];
}

await drive(
  (n) => {
    traffic(n);
    apply({ n, amount: n % 100, account: `account-${n % 40}`, note: { by: `user ${n % 12}`, lines: new Array(60).fill(n) } });
  },
  { perSecond: 400 },
);
