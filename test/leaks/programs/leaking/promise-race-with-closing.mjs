// leaking: every call races against one promise that lives as long as the service
// right: orClosed, query
// rate: 200
// written: 2026-11-21
import { drive, sleep, traffic } from '../../driver.mjs';

const closing = new Promise(() => {});

function orClosed(work) {
  return Promise.race([closing, work]);
}

async function query(n) {
  await sleep(2);
  return new Array(60).fill(n);
}

await drive(
  async (n) => {
    traffic(n);
    await orClosed(query(n));
  },
  { perSecond: 250 },
);
