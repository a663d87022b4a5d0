// clean: child loggers per request, dropped after it
// written: 2026-11-21
import { Writable } from 'node:stream';
import pino from 'pino';
import { drive, traffic } from '../../driver.mjs';

const root = pino(new Writable({ write: (_chunk, _encoding, done) => done() }));

await drive((n) => {
  traffic(n);
  const log = root.child({ request: n, user: `user-${n % 50}` });
  log.info({ took: n % 17 }, 'answered');
});
