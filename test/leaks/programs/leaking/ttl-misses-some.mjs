// leaking: sessions expire after three seconds, but those that were touched once are forgotten by the sweep
// right: open, Sessions.open, touch
// rate: 190
// written: 2026-11-21
import { drive, every, traffic } from '../../driver.mjs';

class Sessions {
  #byId = new Map();

  open(id) {
    this.#byId.set(id, { id, touched: 0, expires: performance.now() + 3_000, views: new Array(150).fill(id) });
  }

  touch(id) {
    const session = this.#byId.get(id);
    if (session !== undefined) session.touched += 1;
  }

  sweep() {
    for (const [id, session] of this.#byId) {
      if (session.touched === 0 && session.expires < performance.now()) this.#byId.delete(id);
    }
  }
}

const sessions = new Sessions();
every(500, () => sessions.sweep());

await drive(
  (n) => {
    traffic(n);
    sessions.open(n);
    if (n % 3 === 0) sessions.touch(n);
  },
  { perSecond: 400 },
);
