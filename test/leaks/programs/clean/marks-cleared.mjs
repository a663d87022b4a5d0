// clean: marks and measures of the performance timeline, cleared after use
// written: 2026-11-21
import { performance } from 'node:perf_hooks';
import { drive, traffic } from '../../driver.mjs';

function timed(name, act) {
  performance.mark(`${name}:start`);
  act();
  performance.measure(name, `${name}:start`);
  performance.clearMarks(`${name}:start`);
  performance.clearMeasures(name);
}

await drive((n) => timed(`request ${n}`, () => traffic(n)), { perSecond: 100 });
