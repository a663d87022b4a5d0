// clean: a saving function per document that is put off by each edit and goes away after it has saved
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const savers = new Map();
let saved = 0;

class Saver {
  #timer;
  #blocks = [];

  constructor(id) {
    this.id = id;
  }

  edit(block) {
    this.#blocks.push(block);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#save(), 1_200);
  }

  #save() {
    saved += this.#blocks.length;
    savers.delete(this.id);
  }
}

function saverOf(id) {
  if (!savers.has(id)) savers.set(id, new Saver(id));
  return savers.get(id);
}

await drive(
  (n) => {
    traffic(n);
    const id = `document-${Math.floor(n / 40) * 5 + (n % 5)}`;
    saverOf(id).edit({ n, saved, runs: Array.from({ length: 70 }, (_, at) => at * n) });
  },
  { perSecond: 280 },
);
