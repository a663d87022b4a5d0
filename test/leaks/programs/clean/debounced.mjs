// clean: saving is put off by a second at each change, for eighty documents
// written: 2026-11-21
import { drive, traffic, upTo } from '../../driver.mjs';

const pending = new Map();
let saved = 0;

function change(id, text) {
  clearTimeout(pending.get(id));
  pending.set(
    id,
    setTimeout(() => {
      pending.delete(id);
      saved += text.length;
    }, 1_000),
  );
}

await drive((n) => {
  traffic(n);
  change(upTo(80), { length: n % 50, draft: new Array(100).fill(n) });
});
