// clean: a hundred steps of undo for each of ten documents
// written: 2026-11-21
import { drive, traffic, upTo } from '../../driver.mjs';

const documents = Array.from({ length: 10 }, () => ({ text: [], undo: [] }));

function edit(document, n) {
  document.undo.push(document.text);
  if (document.undo.length > 100) document.undo.shift();
  document.text = [...document.text.slice(-150), n];
}

await drive((n) => {
  traffic(n);
  edit(documents[upTo(10)], n);
});
