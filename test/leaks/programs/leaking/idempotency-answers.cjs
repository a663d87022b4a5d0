// leaking: the answer to each payment is kept by its idempotency key, so that a repetition gets the same one
// right: once, pay, charge
// rate: 540
// written: 2026-11-21
const { randomUUID } = require('node:crypto');

const answers = new Map();

async function once(key, act) {
  const earlier = answers.get(key);
  if (earlier !== undefined) return earlier;
  const answer = await act();
  answers.set(key, answer);
  return answer;
}

async function charge(body) {
  await new Promise((resolve) => setTimeout(resolve, 4));
  const entries = body.lines.map((line) => ({ account: line.sku, debit: line.price, credit: 0 }));
  return { status: 201, headers: { 'content-type': 'application/json' }, body: { ...body, entries } };
}

async function pay(n, traffic) {
  traffic(n);
  const lines = Array.from({ length: 16 }, (_, line) => ({ sku: `sku-${line}-${n}`, price: line + 0.5 }));
  await once(randomUUID(), () => charge({ n, lines }));
}

import('../../driver.mjs').then(({ drive, traffic }) => drive((n) => pay(n, traffic), { perSecond: 150 }));
