// leaking: a sandbox per script run; the sandboxes are kept for a debugger that is not there
// right: runScript
// rate: 140
// written: 2026-11-21
const vm = require('node:vm');

const sandboxes = [];

function runScript(n) {
  const sandbox = vm.createContext({ n, result: null });
  vm.runInContext('result = [n, n * 2, n * 3].map(String)', sandbox);
  sandboxes.push(sandbox);
  return sandbox.result;
}

import('../../driver.mjs').then(({ drive, traffic }) =>
  drive(
    (n) => {
      traffic(n);
      if (n % 50 === 0) runScript(n);
    },
    { perSecond: 50 },
  ),
);
