// clean: a queue whose length walks at random around five hundred
// written: 2026-11-21
import { drive, random, traffic } from '../../driver.mjs';

const queue = [];

function push(n) {
  queue.push({ n, payload: new Array(120).fill(n) });
}

await drive(
  (n) => {
    traffic(n);
    const pull = queue.length / 1_000;
    if (random() > pull) push(n);
    else queue.shift();
  },
  { perSecond: 500 },
);
