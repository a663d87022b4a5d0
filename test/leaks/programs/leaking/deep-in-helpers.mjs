// leaking: the object is made five calls below the one that keeps it
// right: keep, order, withLines, withPrices, withTax, clone
// rate: 170
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const kept = [];

const clone = (value) => ({ ...value, marks: value.marks.slice() });
const withTax = (value) => clone({ ...value, tax: value.net * 0.2 });
const withPrices = (value) => withTax({ ...value, net: value.marks.length * 3 });
const withLines = (value) => withPrices({ ...value, marks: new Array(90).fill(value.id) });
const order = (id) => withLines({ id });

function keep(id) {
  kept.push(order(id));
}

await drive((n) => {
  traffic(n);
  keep(n);
});
