// package: node-cron
// versions: 3.0.3, 4.2.1
// says: a task is scheduled and stopped for good, over and over
// right: schedule, createTask, plan
// rate: 45
// written: 2026-11-21
const { versionOf } = require('../version.cjs');

const cron = require(versionOf('node-cron'));

function plan(n) {
  const task = cron.schedule(`${n % 60} 3 * * *`, () => {});
  task.stop();
  task.destroy?.();
}

import('../../driver.mjs').then(({ drive, traffic }) =>
  drive(
    (n) => {
      traffic(n);
      plan(n);
    },
    { perSecond: 30 },
  ),
);
