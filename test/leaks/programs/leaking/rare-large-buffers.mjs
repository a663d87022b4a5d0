// leaking: a scanned page now and then, 300 KB each
// right: scan
// class: rare
// rate: 100
// written: 2026-11-21
import { drive, traffic, upTo } from '../../driver.mjs';

const pages = [];

function scan(n) {
  pages.push(Buffer.alloc(300_000, n & 255));
}

await drive(
  (n) => {
    traffic(n);
    if (upTo(200) === 0) scan(n);
  },
  { perSecond: 100 },
);
