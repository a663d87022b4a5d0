// leaking: users by id in a plain object, added at each login
// right: login, makeUser
// rate: 190
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const users = {};

function makeUser(id) {
  return {
    id,
    name: `user ${id}`,
    mail: `user${id}@example.org`,
    rights: { read: true, write: id % 2 === 0 },
    visits: new Array(80).fill(id),
  };
}

function login(id) {
  users[`u${id}`] = makeUser(id);
}

await drive((n) => {
  traffic(n);
  login(n);
});
