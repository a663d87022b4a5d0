// clean: sixty routes, each with tables of its own, are compiled at their first request
// written: 2026-11-21
const Module = require('node:module');

const routes = new Map();

function loadRoute(id) {
  const route = new Module(`/routes/route-${id}.cjs`, module);
  route.filename = route.id;
  route._compile(
    `const table = Array.from({ length: 2000 }, (_, row) => ({ row, id: ${id} })); exports.answer = (n) => table[n % 2000].row;`,
    route.id,
  );
  return route.exports;
}

import('../../driver.mjs').then(({ drive, random, run, traffic }) =>
  drive((n) => {
    traffic(n);
    const id = Math.floor(random() * Math.min(60, 5 + run.part * 110));
    if (!routes.has(id)) routes.set(id, loadRoute(id));
    routes.get(id).answer(n);
  }),
);
