// leaking: a clean-up handler on process 'exit' for every job
// right: runJob
// rate: 170
// written: 2026-11-21
process.setMaxListeners(0);

function runJob(n) {
  const scratch = Array.from({ length: 80 }, (_, at) => at + n);
  process.on('exit', () => {
    scratch.length = 0;
  });
  return scratch.reduce((sum, value) => sum + value, 0);
}

import('../../driver.mjs').then(({ drive, traffic }) =>
  drive((n) => {
    traffic(n);
    runJob(n);
  }),
);
