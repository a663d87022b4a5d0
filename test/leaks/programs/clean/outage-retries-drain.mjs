// clean: three times the receiver is out for four seconds; deliveries wait and are made up for afterwards
// written: 2026-11-21
import { drive, every, run, traffic } from '../../driver.mjs';

const waiting = [];
let delivered = 0;

function isOut() {
  const second = run.part * run.seconds;
  return [5, 16, 26].some((start) => second >= start && second < start + 4);
}

function deliver(message) {
  if (isOut()) throw new Error('503');
  delivered += message.lines.length;
}

function send(message) {
  try {
    deliver(message);
  } catch {
    waiting.push(message);
  }
}

every(100, () => {
  if (!isOut()) for (const message of waiting.splice(0, 90)) send(message);
});

await drive(
  (n) => {
    traffic(n);
    send({ n, delivered, lines: Array.from({ length: 80 }, (_, line) => line * n) });
  },
  { perSecond: 240 },
);
