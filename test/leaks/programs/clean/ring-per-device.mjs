// clean: a ring of the last two hundred measurements for each of two hundred devices, which all report in turn
// written: 2026-11-21
import { drive, traffic, upTo } from '../../driver.mjs';

class Ring {
  #items = [];
  #next = 0;

  constructor(size) {
    this.size = size;
  }

  push(item) {
    this.#items[this.#next] = item;
    this.#next = (this.#next + 1) % this.size;
  }

  mean() {
    return this.#items.reduce((sum, { value }) => sum + value, 0) / this.#items.length;
  }
}

const devices = Array.from({ length: 200 }, () => new Ring(200));

await drive(
  (n) => {
    traffic(n);
    for (let at = 0; at < 10; at += 1) {
      const device = devices[(n * 10 + at) % 200];
      device.push({ at: performance.now(), value: upTo(1_000) / 7, flags: [n % 2, n % 3] });
    }
    devices[n % 200].mean();
  },
  { perSecond: 320 },
);
