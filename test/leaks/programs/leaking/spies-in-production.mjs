// leaking: a canary service counts the calls of its payment gateway with the spies of the test runner, which note each call
// right: charge, Gateway.charge, checkout, toCharge
// rate: 150
// written: 2026-11-22
import { mock } from 'node:test';
import { drive, every, traffic, upTo } from '../../driver.mjs';

class Gateway {
  #answers = 0;

  charge(payment) {
    this.#answers += 1;
    return { id: this.#answers, accepted: payment.amount < 280, fee: payment.amount * 0.014, trace: `charge-${payment.order}` };
  }

  currencies() {
    return ['EUR', 'NOK', 'USD'];
  }
}

class Counters {
  #spies = new Map();

  watch(object, name) {
    this.#spies.set(name, mock.method(object, name));
  }

  read() {
    return [...this.#spies].map(([name, spy]) => ({ name, calls: spy.mock.callCount() }));
  }
}

const gateway = new Gateway();
const counters = new Counters();
counters.watch(gateway, 'charge');

function toCharge(n) {
  const lines = Array.from({ length: 1 + upTo(8) }, (_, at) => ({ article: `article ${(n * at) % 500}`, price: upTo(90) }));
  return { order: n, lines, amount: lines.reduce((sum, line) => sum + line.price, 0), card: `**** ${1_000 + (n % 9_000)}` };
}

const accepted = { yes: 0, no: 0 };

function checkout(n) {
  const answer = gateway.charge(toCharge(n));
  accepted[answer.accepted ? 'yes' : 'no'] += 1;
}

const shown = [];
every(1_000, () => {
  shown.push(counters.read());
  if (shown.length > 5) shown.shift();
});

await drive(
  (n) => {
    traffic(n);
    checkout(n);
  },
  { perSecond: 110 },
);
