// clean: entries go from the young to the old generation and are dropped with it
// written: 2026-11-21
import { drive, traffic, upTo } from '../../driver.mjs';

let young = new Map();
let old = new Map();

function get(key) {
  let entry = young.get(key);
  if (entry !== undefined) return entry;
  entry = old.get(key) ?? { key, text: `value of ${key}`, bits: new Array(60).fill(key & 1) };
  young.set(key, entry);
  if (young.size >= 1_200) {
    old = young;
    young = new Map();
  }
  return entry;
}

await drive(
  (n) => {
    traffic(n);
    get(upTo(20_000));
  },
  { perSecond: 500 },
);
