// clean: generic-pool with two to twenty resources
// written: 2026-11-21
const { createPool } = require('generic-pool');

const pool = createPool(
  {
    create: async () => ({ buffer: new Array(2_000).fill(0) }),
    destroy: async (resource) => {
      resource.buffer.length = 0;
    },
  },
  { min: 2, max: 20, idleTimeoutMillis: 1_000, evictionRunIntervalMillis: 500 },
);

import('../../driver.mjs').then(({ drive, sleep, traffic, upTo }) =>
  drive(
    async (n) => {
      traffic(n);
      await pool.use(async (resource) => {
        resource.buffer[n % 2_000] = n;
        await sleep(upTo(60));
      });
    },
    { perSecond: 120 },
  ),
);
