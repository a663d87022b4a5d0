// clean: facts about requests in a WeakMap
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const facts = new WeakMap();
const recent = [];

function open(n) {
  const request = { n, headers: { host: 'localhost' } };
  facts.set(request, { started: Date.now(), notes: new Array(120).fill(n) });
  recent[n % 64] = request;
  return facts.get(recent[(n * 7) % 64] ?? request).notes.length;
}

await drive(
  (n) => {
    traffic(n);
    open(n);
  },
  { perSecond: 300 },
);
