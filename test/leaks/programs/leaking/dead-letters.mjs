// leaking: messages that failed three times go to a list that is never worked off
// right: attempt, receive
// rate: 160
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const queue = [];
const deadLetters = [];

function receive(n) {
  queue.push({ n, tries: 0, body: { from: `sensor-${n % 40}`, values: Array.from({ length: 120 }, (_, at) => at + n) } });
}

function attempt(message) {
  message.tries += 1;
  if (message.n % 2 === 0) return;
  if (message.tries < 3) queue.push(message);
  else deadLetters.push(message);
}

await drive(
  (n) => {
    traffic(n);
    receive(n);
    for (let turn = 0; turn < 3 && queue.length > 0; turn += 1) attempt(queue.shift());
  },
  { perSecond: 280 },
);
