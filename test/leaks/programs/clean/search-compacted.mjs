// clean: postings of changed documents are marked as gone, and taken out when they are as many as the live ones
// written: 2026-11-22
import { drive, traffic, upTo } from '../../driver.mjs';

const vocabulary = Array.from({ length: 400 }, (_, at) => `word${(at * 7) % 400}`);

class Index {
  #postings = new Map();
  #current = new Map();
  #live = 0;
  #gone = 0;

  add(id, words) {
    const earlier = this.#current.get(id) ?? [];
    for (const posting of earlier) posting.live = false;
    this.#gone += earlier.length;
    const own = [];
    for (const [at, word] of words.entries()) {
      const posting = { id, at, live: true, near: [words[at - 1], words[at + 1]] };
      if (!this.#postings.has(word)) this.#postings.set(word, []);
      this.#postings.get(word).push(posting);
      own.push(posting);
    }
    this.#current.set(id, own);
    this.#live += own.length - earlier.length;
    if (this.#gone > this.#live) this.compact();
  }

  compact() {
    for (const [word, list] of this.#postings)
      this.#postings.set(
        word,
        list.filter(({ live }) => live),
      );
    this.#gone = 0;
  }

  find(word) {
    const found = [];
    for (const posting of this.#postings.get(word) ?? []) if (posting.live) found.push({ id: posting.id, at: posting.at });
    return found.slice(0, 10);
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
    if (n % 2 === 0) edit((n / 2) % 240);
    else index.find(vocabulary[upTo(vocabulary.length)]);
  },
  { perSecond: 160 },
);
