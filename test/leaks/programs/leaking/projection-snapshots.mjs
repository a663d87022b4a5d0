// leaking: an event-sourced cart is copied after each event, for replays from any version; the log itself is cut off
// right: snapshot, Projection.snapshot, apply, Projection.apply, copyItem
// rate: 1540
// written: 2026-11-22
import { drive, traffic, upTo } from '../../driver.mjs';

function copyItem({ sku, amount, price, note }) {
  return { sku, amount, price, note };
}

class Projection {
  #carts = new Map();
  #snapshots = new Map();

  apply({ cart: id, sku, amount, price }) {
    const cart = this.#carts.get(id) ?? { version: 0, items: [] };
    cart.items.push({ sku, amount, price, note: `added at ${cart.version}` });
    if (cart.items.length > 60) cart.items.shift();
    cart.version += 1;
    this.#carts.set(id, cart);
    this.snapshot(id, cart);
  }

  snapshot(id, cart) {
    this.#snapshots.set(`${id}@${cart.version}`, { at: Date.now(), items: cart.items.map(copyItem) });
  }

  at(id, version) {
    return this.#snapshots.get(`${id}@${version}`)?.items.length ?? 0;
  }
}

const projection = new Projection();
for (let n = 0; n < 2_400; n += 1) projection.apply({ cart: n % 40, sku: n, amount: 1, price: 1 });
const log = [];

function append(n) {
  const event = { cart: upTo(40), sku: n, amount: 1 + (n % 3), price: n % 100 };
  log.push(event);
  if (log.length > 500) log.splice(0, 250);
  projection.apply(event);
  return projection.at(event.cart, upTo(50));
}

await drive(
  (n) => {
    traffic(n);
    append(n);
  },
  { perSecond: 380 },
);
