// clean: formulas are compiled for one use
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

function evaluate(formula, row) {
  return new Function('row', `return ${formula};`)(row);
}

await drive(
  (n) => {
    traffic(n);
    evaluate(`row.a * ${n} + Math.max(row.b, ${n % 7})`, { a: n, b: 3 });
  },
  { perSecond: 100 },
);
