// clean: sessions live two seconds and are swept twice a second
// written: 2026-11-21
import { drive, every, traffic } from '../../driver.mjs';

const sessions = new Map();

function open(id) {
  sessions.set(id, { id, expires: performance.now() + 2_000, cart: [], views: new Array(150).fill(0) });
}

every(500, () => {
  for (const [id, session] of sessions) if (session.expires < performance.now()) sessions.delete(id);
});

await drive((n) => {
  traffic(n);
  open(n);
});
