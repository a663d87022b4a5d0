// leaking: a child logger per user, kept in a table
// right: loggerFor, child
// from: pino
// rate: 100
// written: 2026-11-21
import { Writable } from 'node:stream';
import pino from 'pino';
import { drive, traffic } from '../../driver.mjs';

const root = pino(new Writable({ write: (_chunk, _encoding, done) => done() }));
const loggers = {};

function loggerFor(user) {
  loggers[user] ??= root.child({ user, roles: Array.from({ length: 20 }, (_, at) => `role-${at}`) });
  return loggers[user];
}

await drive(
  (n) => {
    traffic(n);
    loggerFor(`user-${n}`).info('hello');
  },
  { perSecond: 150 },
);
