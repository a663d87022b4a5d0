// clean: a queue of jobs with long swings, emptied in the end each time
// written: 2026-11-21
const queue = [];
let emptying = false;

function submit(n) {
  queue.push({ n, job: { kind: n % 5, input: Array.from({ length: 60 }, (_, at) => at + n) } });
}

import('../../driver.mjs').then(({ drive, traffic, upTo }) =>
  drive(
    (n) => {
      traffic(n);
      submit(n);
      if (queue.length > 1_200 + upTo(600)) emptying = true;
      if (queue.length < 10) emptying = false;
      if (emptying) queue.splice(0, 3);
    },
    { perSecond: 350 },
  ),
);
