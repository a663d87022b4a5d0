// leaking: each visitor of a page listens to the progress of an export; closing the page takes nobody out
// right: watchProgress, open, ProgressPage
// rate: 50
// written: 2026-11-21
import { setMaxListeners } from 'node:events';
import { drive, traffic } from '../../driver.mjs';

const exporter = new EventTarget();
setMaxListeners(0, exporter);

class ProgressPage {
  #bars = new Array(30).fill(0);

  constructor(visitor) {
    this.visitor = visitor;
  }

  watchProgress(target) {
    target.addEventListener('progress', (event) => {
      this.#bars[0] = event.detail;
    });
    return this;
  }

  close() {
    this.visitor = null;
  }
}

function open(n) {
  const page = new ProgressPage({ id: n, name: `visitor ${n}` }).watchProgress(exporter);
  setTimeout(() => page.close(), 300);
}

await drive(
  (n) => {
    traffic(n);
    if (n % 2 === 0) open(n);
    if (n % 400 === 0) exporter.dispatchEvent(new CustomEvent('progress', { detail: n }));
  },
  { perSecond: 160 },
);
