// clean: a child process per job, awaited
// written: 2026-11-21
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { drive, traffic } from '../../driver.mjs';

const execute = promisify(execFile);

await drive(
  async (n) => {
    traffic(n);
    if (n % 25 === 0) await execute('sleep', ['0.3']);
  },
  { perSecond: 50 },
);
