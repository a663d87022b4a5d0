// leaking: each change of the limits lays an object over the limits before it by its prototype, and nothing is ever merged
// right: overlay, applyChange, limitsFor
// rate: 120
// written: 2026-11-22
import { drive, traffic, upTo } from '../../driver.mjs';

function overlay(base, changes) {
  return Object.assign(Object.create(base), changes);
}

function limitsFor(n) {
  const tenants = Array.from({ length: 25 }, (_, at) => ({ tenant: at, perMinute: (n * at) % 500, burst: at }));
  return { revision: n, tenants };
}

let limits = overlay(null, { region: 'eu', currency: 'EUR', ...limitsFor(0) });

function applyChange(n) {
  limits = overlay(limits, limitsFor(n));
}

function allowed(tenant) {
  const { perMinute, burst } = limits.tenants[tenant];
  return perMinute + burst > 10;
}

await drive(
  (n) => {
    traffic(n);
    if (n % 2 === 1) applyChange(n);
    allowed(upTo(25));
  },
  { perSecond: 130 },
);
