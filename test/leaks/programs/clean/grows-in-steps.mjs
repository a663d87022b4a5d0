// clean: three tenants join, at two, seven and twelve seconds, each with data of its own
// written: 2026-11-21
import { drive, run, traffic } from '../../driver.mjs';

const joinAt = [2, 7, 12];
const tenants = [];

function join(id) {
  tenants.push({ id, users: Array.from({ length: 12_000 }, (_, user) => ({ user, name: `user ${user} of ${id}` })) });
}

await drive((n) => {
  traffic(n);
  if (joinAt.length > 0 && run.part * run.seconds >= joinAt[0]) join(joinAt.shift());
});
