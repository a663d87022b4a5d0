// clean: sources are parsed; the trees of the last eighty are kept
// written: 2026-11-21
import { parse } from 'acorn';
import { drive, traffic } from '../../driver.mjs';

const trees = new Map();

function build(n) {
  const source = Array.from({ length: 12 }, (_, line) => `export const value_${n}_${line} = (a, b) => a * ${line} + b;`).join(
    '\n',
  );
  trees.set(n, parse(source, { ecmaVersion: 2022, sourceType: 'module' }));
  if (trees.size > 80) trees.delete(trees.keys().next().value);
}

await drive(
  (n) => {
    traffic(n);
    build(n);
  },
  { perSecond: 40 },
);
