// clean: a document of a megabyte is parsed, changed and written again
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

let text = JSON.stringify(
  Array.from({ length: 6_000 }, (_, id) => ({ id, title: `chapter ${id}`, words: id * 7, notes: ['a', 'b'] })),
);

await drive(
  (n) => {
    traffic(n);
    if (n % 12 !== 0) return;
    const document = JSON.parse(text);
    document[n % 6_000].words += 1;
    text = JSON.stringify(document);
  },
  { perSecond: 60 },
);
