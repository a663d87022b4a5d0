// leaking: a changed document is indexed anew; its earlier postings are only marked as gone and stay in the lists
// right: add, Index.add, positionsOf
// rate: 220
// written: 2026-11-22
import { drive, traffic, upTo } from '../../driver.mjs';

const vocabulary = Array.from({ length: 400 }, (_, at) => `word${(at * 7) % 400}`);

function positionsOf(words) {
  const positions = new Map();
  for (const [at, word] of words.entries()) {
    const known = positions.get(word);
    if (known === undefined) positions.set(word, [at]);
    else known.push(at);
  }
  return positions;
}

class Index {
  #postings = new Map();
  #current = new Map();
  #gone = 0;

  add(id, words) {
    const earlier = this.#current.get(id) ?? [];
    for (const posting of earlier) posting.live = false;
    this.#gone += earlier.length;
    const own = [];
    for (const [word, positions] of positionsOf(words)) {
      const posting = { id, positions, live: true };
      if (!this.#postings.has(word)) this.#postings.set(word, []);
      this.#postings.get(word).push(posting);
      own.push(posting);
    }
    this.#current.set(id, own);
  }

  find(word) {
    const found = [];
    for (const { id, positions, live } of this.#postings.get(word) ?? []) if (live) found.push({ id, hits: positions.length });
    return found.sort((a, b) => b.hits - a.hits).slice(0, 10);
  }
}

const index = new Index();

function edit(id) {
  index.add(
    id,
    Array.from({ length: 45 }, () => vocabulary[upTo(vocabulary.length)]),
  );
}

await drive(
  (n) => {
    traffic(n);
    if (n % 4 === 0) edit(n % 300);
    else index.find(vocabulary[upTo(vocabulary.length)]);
  },
  { perSecond: 160 },
);
