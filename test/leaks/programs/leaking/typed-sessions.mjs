// leaking: written in TypeScript, run as compiled, with a source map: sessions are opened and never closed
// right: open, SessionStore.open
// source: typed-sessions.ts
// rate: 200
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';
class SessionStore {
  #sessions = new Map();
  open(key, id) {
    const session = { id, opened: new Date(), views: new Array(100).fill(id) };
    this.#sessions.set(key, session);
    return session;
  }
}
const store = new SessionStore();
await drive((n) => {
  traffic(n);
  store.open(`session-${n}`, n);
});
//# sourceMappingURL=typed-sessions.mjs.map
