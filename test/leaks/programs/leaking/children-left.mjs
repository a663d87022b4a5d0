// leaking: a helper process per task that waits for input which never comes
// right: startHelper
// class: counter
// rate: 0
// written: 2026-11-21
import { spawn } from 'node:child_process';
import { drive, traffic } from '../../driver.mjs';

const helpers = [];

function startHelper() {
  const helper = spawn('sleep', ['120'], { stdio: 'ignore' });
  helper.unref();
  helpers.push(helper);
}

await drive(
  (n) => {
    traffic(n);
    if (n % 60 === 0) startHelper();
  },
  { perSecond: 50, count: () => helpers.length, end: () => helpers.forEach((helper) => helper.kill()) },
);
