// leaking: a file is opened to look at its first bytes, and not closed when they are not what was hoped for
// right: looksLikeText
// class: counter
// rate: 0
// written: 2026-11-21
import { openSync, closeSync, readSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { drive, traffic } from '../../driver.mjs';

const file = fileURLToPath(import.meta.url);
const head = Buffer.alloc(16);

function looksLikeText(n) {
  const descriptor = openSync(file, 'r');
  readSync(descriptor, head, 0, 16, 0);
  if (n % 5 === 0) return false;
  closeSync(descriptor);
  return true;
}

await drive(
  (n) => {
    traffic(n);
    looksLikeText(n);
  },
  { perSecond: 20 },
);
