// clean: errors are thrown, caught, counted; the last ten are kept
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const last = [];

function validate(n) {
  if (n % 3 === 0) throw new RangeError(`row ${n} is out of range`);
  return n;
}

await drive((n) => {
  traffic(n);
  try {
    validate(n);
  } catch (error) {
    last.push({ error, stack: error.stack });
    if (last.length > 10) last.shift();
  }
});
