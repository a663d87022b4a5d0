// leaking: each refresh of the configuration is parsed and pushed to its revisions
// right: refresh
// rate: 130
// written: 2026-11-21
const revisions = [];

function refresh(text) {
  revisions.unshift(JSON.parse(text));
  return revisions[0];
}

import('../../driver.mjs').then(({ drive, traffic }) => {
  const routes = Array.from({ length: 40 }, (_, at) => ({
    path: `/service/${at}`,
    target: `10.0.0.${at}`,
    weight: at,
    tags: ['a', 'b'],
  }));
  return drive(
    (n) => {
      traffic(n);
      if (n % 5 === 0) refresh(JSON.stringify({ revision: n, routes }));
    },
    { perSecond: 100 },
  );
});
