// clean: words are interned; of twenty thousand the rare ones come late
// written: 2026-11-21
import { drive, random, traffic } from '../../driver.mjs';

const words = new Map();

function intern(id) {
  const text = `word-${id}`;
  if (!words.has(text)) words.set(text, { text, id, uses: 0 });
  words.get(text).uses += 1;
}

await drive(
  (n) => {
    traffic(n);
    for (let word = 0; word < 20; word += 1) intern(Math.floor(20_000 * random() ** 3));
  },
  { perSecond: 300 },
);
