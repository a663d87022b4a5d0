// leaking: a list of the last hundred visits drops the oldest from its count, but the next one still points back to it
// right: push, Recent.push, visit
// rate: 160
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

class Recent {
  newest = null;
  oldest = null;
  size = 0;

  push(value) {
    const node = { value, previous: this.newest, next: null };
    if (this.newest === null) this.oldest = node;
    else this.newest.next = node;
    this.newest = node;
    this.size += 1;
    if (this.size > 100) {
      this.oldest = this.oldest.next;
      this.size -= 1;
    }
  }
}

const visits = new Recent();

function visit(n) {
  visits.push({
    path: `/articles/${n}`,
    referrer: `https://example.org/?q=${n}`,
    timings: Array.from({ length: 24 }, (_, at) => at + n),
  });
}

await drive(
  (n) => {
    traffic(n);
    visit(n);
  },
  { perSecond: 350 },
);
