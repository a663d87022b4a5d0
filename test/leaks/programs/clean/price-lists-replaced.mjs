// clean: every four seconds a new price list takes the place of the old one, with an index built when first used
// written: 2026-11-21
import { drive, every, traffic, upTo } from '../../driver.mjs';

class PriceList {
  #index;

  constructor(generation) {
    this.generation = generation;
    this.rows = Array.from({ length: 12_000 }, (_, id) => ({ id, sku: `sku-${id}`, price: ((id * generation) % 997) / 100 }));
  }

  priceOf(sku) {
    this.#index ??= new Map(this.rows.map((row) => [row.sku, row]));
    return this.#index.get(sku)?.price;
  }
}

let current = new PriceList(1);

every(4_000, () => {
  current = new PriceList(current.generation + 1);
});

await drive((n) => {
  traffic(n);
  for (let line = 0; line < 5; line += 1) current.priceOf(`sku-${upTo(12_000)}`);
});
