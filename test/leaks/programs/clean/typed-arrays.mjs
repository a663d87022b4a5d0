// clean: matrices are multiplied and dropped
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

function multiply(a, b, size) {
  const product = new Float64Array(size * size);
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      let sum = 0;
      for (let at = 0; at < size; at += 1) sum += a[row * size + at] * b[at * size + column];
      product[row * size + column] = sum;
    }
  }
  return product;
}

let last = new Float64Array(900).fill(0.1);

await drive(
  (n) => {
    traffic(n);
    last = multiply(last, new Float64Array(900).fill(1 / (n + 1)), 30);
  },
  { perSecond: 60 },
);
