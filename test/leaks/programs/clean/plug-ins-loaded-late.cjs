// clean: forty plug-ins are compiled under names of their own, three a second from the third second on, and used from then on
// written: 2026-11-21
const Module = require('node:module');

const plugIns = [];

function load(n) {
  const plugIn = new Module(`/plug-ins/plug-in-${n}.cjs`, module);
  plugIn.filename = plugIn.id;
  plugIn._compile(
    `const rows = Array.from({ length: 6000 }, (_, row) => row * ${n}); exports.run = (value) => rows.indexOf(value);`,
    plugIn.id,
  );
  return plugIn.exports;
}

import('../../driver.mjs').then(({ drive, run, traffic }) =>
  drive((n) => {
    traffic(n);
    if (plugIns.length < Math.min(40, (run.part * run.seconds - 3) * 3)) plugIns.push(load(plugIns.length));
    plugIns[n % plugIns.length]?.run(3);
  }),
);
