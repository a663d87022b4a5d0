// clean: pages of text put together piece by piece; the last fifty are kept as they are
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const pages = [];

function buildPage(n) {
  let text = '';
  for (let line = 0; line < 80; line += 1) text += `line ${line} of page ${n}\n`;
  return text;
}

await drive(
  (n) => {
    traffic(n);
    pages[n % 50] = buildPage(n).slice(100, 900);
  },
  { perSecond: 150 },
);
