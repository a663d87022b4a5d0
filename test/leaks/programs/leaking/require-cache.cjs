// leaking: plug-ins are loaded again after each change under a new name; require.cache keeps the old ones
// right: loadPlugin
// rate: 150
// written: 2026-11-21
const Module = require('node:module');

function loadPlugin(n) {
  const name = `/plugins/plugin-${n}.cjs`;
  const plugin = new Module(name, module);
  plugin.filename = name;
  plugin._compile(
    `const rows = Array.from({ length: 300 }, (_, row) => row * ${n}); exports.run = (value) => rows.indexOf(value);`,
    name,
  );
  require.cache[name] = plugin;
  return plugin.exports.run(3);
}

import('../../driver.mjs').then(({ drive, traffic }) =>
  drive(
    (n) => {
      traffic(n);
      loadPlugin(n);
    },
    { perSecond: 40 },
  ),
);
