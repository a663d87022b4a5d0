// leaking: every request listens to one bus and never stops
// right: openSession
// rate: 200
// written: 2026-11-21
import { EventEmitter } from 'node:events';
import { drive, traffic } from '../../driver.mjs';

const bus = new EventEmitter();
bus.setMaxListeners(0);

function openSession(n) {
  const session = { id: n, cart: new Array(90).fill(n), opened: `2026-01-01 ${n}` };
  bus.on('price', (price) => {
    session.cart[0] = price;
  });
  return session;
}

await drive((n) => {
  traffic(n);
  openSession(n);
});
