// clean: subscribers of a chat stay for half a second to six seconds
// written: 2026-11-21
import { drive, traffic, upTo } from '../../driver.mjs';

const rooms = Array.from({ length: 12 }, () => new Set());

function join(n) {
  const room = rooms[upTo(12)];
  const member = { n, inbox: new Array(100).fill(null), name: `member ${n}` };
  room.add(member);
  setTimeout(() => room.delete(member), 500 + upTo(5_500));
}

await drive((n) => {
  traffic(n);
  join(n);
  for (const member of rooms[n % 12]) member.inbox[n % 100] = n;
});
