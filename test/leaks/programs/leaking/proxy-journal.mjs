// leaking: documents are edited through a proxy that writes each assignment to a journal, which no save ever cuts off
// right: set, observe, editBlock
// rate: 105
// written: 2026-11-22
import { drive, traffic, upTo } from '../../driver.mjs';

function observe(target, journal) {
  return new Proxy(target, {
    set(object, property, value) {
      journal.push({ property, before: object[property], after: value, at: journal.length });
      object[property] = value;
      return true;
    },
  });
}

class Document {
  constructor(id) {
    this.id = id;
    this.journal = [];
    this.saved = 0;
    this.blocks = observe({}, this.journal);
  }

  save() {
    const pending = this.journal.slice(this.saved);
    this.saved = this.journal.length;
    return JSON.stringify(pending.map(({ property, after }) => [property, after.text]));
  }
}

const documents = Array.from({ length: 25 }, (_, id) => new Document(id));

function editBlock(document, n) {
  const words = Array.from({ length: 12 }, (_, at) => (n * (at + 3)) % 977);
  document.blocks[`block${n % 15}`] = { text: `paragraph ${words.join(' ')}`, marks: words, author: n % 7 };
}

await drive(
  (n) => {
    traffic(n);
    const document = documents[upTo(documents.length)];
    editBlock(document, n);
    if (n % 5 === 0) document.save();
  },
  { perSecond: 260 },
);
