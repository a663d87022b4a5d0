// leaking: data in a WeakMap whose keys never die
// right: remember, visit
// rate: 180
// written: 2026-11-21
import { drive, traffic, upTo } from '../../driver.mjs';

const tenants = Array.from({ length: 20 }, (_, id) => ({ id }));
const visits = new WeakMap();

function remember(tenant, visit) {
  const known = visits.get(tenant) ?? [];
  known.push(visit);
  visits.set(tenant, known);
}

function visit(n) {
  remember(tenants[upTo(20)], { n, at: Date.now(), referrer: `https://example.org/campaign/${n}`, steps: new Array(90).fill(n) });
}

await drive((n) => {
  traffic(n);
  visit(n);
});
