// leaking: a membrane around plug-ins keeps the proxy of each object it has handed out in a Map, so that the same object gets the same proxy
// right: wrap, Membrane.wrap, get, parseOrder, handle
// rate: 320
// written: 2026-11-22
import { drive, traffic, upTo } from '../../driver.mjs';

class Membrane {
  #proxies = new Map();
  #targets = new WeakMap();
  denied = 0;

  wrap(value) {
    if (value === null || typeof value !== 'object') return value;
    if (this.#targets.has(value)) return value;
    let proxy = this.#proxies.get(value);
    if (proxy === undefined) {
      proxy = new Proxy(value, {
        get: (target, name, receiver) => {
          const found = Reflect.get(target, name, receiver);
          return typeof found === 'function' ? found : this.wrap(found);
        },
        set: () => {
          this.denied += 1;
          return true;
        },
      });
      this.#proxies.set(value, proxy);
      this.#targets.set(proxy, value);
    }
    return proxy;
  }
}

const plugIns = [
  function discount(order) {
    return order.lines.length > 3 ? order.lines[0].price * 0.1 : 0;
  },
  function shipping(order) {
    order.customer.visits = 0;
    return order.customer.country === 'NO' ? 12 : 5;
  },
  function gift(order) {
    return order.notes.first.length > 60 ? -1 : 0;
  },
];

const membrane = new Membrane();
const lastTotals = new Float64Array(500);

function parseOrder(n) {
  const lines = Array.from({ length: 2 + upTo(5) }, (_, at) => ({ at, sku: `sku-${upTo(900)}`, price: upTo(300) / 10 }));
  return {
    id: n,
    customer: { name: `customer ${n}`, country: ['NO', 'SE', 'IS'][n % 3], visits: n % 9 },
    lines,
    notes: { first: `please leave order ${n} at the door of number ${n % 40}`, second: '' },
  };
}

function handle(n) {
  const order = parseOrder(n);
  const view = membrane.wrap(order);
  let total = order.lines.reduce((sum, line) => sum + line.price, 0);
  for (const plugIn of plugIns) total += plugIn(view);
  lastTotals[n % lastTotals.length] = total;
}

await drive(
  (n) => {
    traffic(n);
    handle(n);
  },
  { perSecond: 150 },
);
