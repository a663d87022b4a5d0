// leaking: formulas are compiled to functions and cached by a text that holds the user's id
// right: compile, evaluate
// rate: 100
// written: 2026-11-21
const compiled = new Map();

function compile(formula) {
  const known = compiled.get(formula);
  if (known !== undefined) return known;
  const made = new Function('row', `return (${formula}) + row.a * 2 - row.b / 3;`);
  compiled.set(formula, made);
  return made;
}

function evaluate(n) {
  return compile(`row.a * ${n} + row.b * 3 + Math.max(row.a, ${n})`)({ a: n, b: 2 });
}

import('../../driver.mjs').then(({ drive, traffic }) =>
  drive(
    (n) => {
      traffic(n);
      evaluate(n);
    },
    { perSecond: 100 },
  ),
);
