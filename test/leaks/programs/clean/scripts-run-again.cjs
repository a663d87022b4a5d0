// clean: one script of vm, run in a context that is renewed each second
// written: 2026-11-21
const vm = require('node:vm');

const script = new vm.Script('result = { sum: values.reduce((sum, value) => sum + value, 0), values: values.map(String) };');
let context = null;

import('../../driver.mjs').then(({ drive, traffic }) =>
  drive(
    (n) => {
      traffic(n);
      if (n % 60 === 0) context = vm.createContext({ values: [], result: null });
      context.values = new Array(50).fill(n);
      script.runInContext(context);
    },
    { perSecond: 60 },
  ),
);
