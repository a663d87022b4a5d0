// clean: the next fifty pages of each of eight readers are held ready
// written: 2026-11-21
import { drive, traffic, upTo } from '../../driver.mjs';

const readers = Array.from({ length: 8 }, () => ({ at: 0, ready: [] }));

const loadPage = (id) => ({ id, text: JSON.stringify(Array.from({ length: 60 }, (_, line) => `line ${line} of page ${id}`)) });

function turnPage(reader) {
  reader.at += 1;
  reader.ready.shift();
  while (reader.ready.length < 50) reader.ready.push(loadPage(reader.at + reader.ready.length));
}

await drive((n) => {
  traffic(n);
  turnPage(readers[upTo(8)]);
});
