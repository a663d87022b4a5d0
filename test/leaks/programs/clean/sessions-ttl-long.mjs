// clean: sessions live eleven seconds
// written: 2026-11-21
import { drive, every, traffic } from '../../driver.mjs';

const sessions = new Map();

function open(id) {
  sessions.set(id, {
    id,
    expires: performance.now() + 11_000,
    user: { name: `user ${id}`, rights: ['read', 'write'] },
    views: new Array(110).fill(0),
  });
}

every(1_000, () => {
  for (const [id, session] of sessions) if (session.expires < performance.now()) sessions.delete(id);
});

await drive((n) => {
  traffic(n);
  open(n);
});
