// package: winston
// versions: 3.3.3, 3.8.2
// says: a logger per job that handles exceptions and is closed after the job
// right: createLogger, handle, DerivedLogger, runJob
// rate: 160
// written: 2026-11-21
const { Writable } = require('node:stream');
const { versionOf } = require('../version.cjs');

const winston = require(versionOf('winston'));

process.setMaxListeners(0);
const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
nowhere.setMaxListeners(0);

function runJob(n) {
  const logger = winston.createLogger({
    transports: [new winston.transports.Stream({ stream: nowhere, handleExceptions: true })],
  });
  logger.info(`job ${n}`);
  logger.close();
}

import('../../driver.mjs').then(({ drive, traffic }) =>
  drive(
    (n) => {
      traffic(n);
      runJob(n);
    },
    { perSecond: 25 },
  ),
);
