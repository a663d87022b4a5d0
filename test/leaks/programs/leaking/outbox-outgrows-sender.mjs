// leaking: mails are sent in batches of thirty, twice a second, and a hundred and fifty come each second
// right: compose, put
// rate: 110
// written: 2026-11-21
import { drive, every, traffic } from '../../driver.mjs';

const outbox = [];

function compose(n) {
  return { n, to: `person-${n}@example.org`, lines: Array.from({ length: 120 }, (_, line) => line ^ n) };
}

function put(n) {
  outbox.push(compose(n));
}

every(500, () => {
  outbox.splice(0, 30);
});

await drive(
  (n) => {
    traffic(n);
    put(n);
  },
  { perSecond: 150 },
);
