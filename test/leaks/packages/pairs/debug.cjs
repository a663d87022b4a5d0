// package: debug
// versions: 4.1.1, 4.3.4
// says: an own debug() instance for each request; the old version keeps all instances
// right: createDebug, handle
// rate: 75
// written: 2026-11-21
const { versionOf } = require('../version.cjs');

const createDebug = require(versionOf('debug'));

function handle(n) {
  const log = createDebug(`app:request:${n}`);
  log('request %d', n);
  return log.enabled;
}

import('../../driver.mjs').then(({ drive, traffic }) =>
  drive((n) => {
    traffic(n);
    handle(n);
  }),
);
