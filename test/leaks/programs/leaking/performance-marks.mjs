// leaking: marks of the performance timeline that nobody clears
// right: timed
// rate: 130
// written: 2026-11-21
import { performance } from 'node:perf_hooks';
import { drive, traffic } from '../../driver.mjs';

function timed(name, act) {
  performance.mark(`${name}:start`, { detail: { name, sizes: [1, 2, 3, 4] } });
  const result = act();
  performance.mark(`${name}:end`);
  performance.measure(name, `${name}:start`, `${name}:end`);
  return result;
}

await drive((n) => {
  timed(`request ${n}`, () => traffic(n));
});
