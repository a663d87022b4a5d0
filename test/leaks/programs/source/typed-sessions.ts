import { drive, traffic } from '../../driver.mjs';

interface Session {
  readonly id: number;
  readonly opened: Date;
  readonly views: readonly number[];
}

class SessionStore<Key> {
  readonly #sessions: Map<Key, Session> = new Map<Key, Session>();

  open(key: Key, id: number): Session {
    const session: Session = { id, opened: new Date(), views: new Array<number>(100).fill(id) };
    this.#sessions.set(key, session);
    return session;
  }
}

const store: SessionStore<string> = new SessionStore<string>();

await drive((n: number): void => {
  traffic(n);
  store.open(`session-${n}`, n);
});
