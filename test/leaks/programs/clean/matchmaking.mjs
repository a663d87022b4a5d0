// clean: players wait until four of the same rank are there
// written: 2026-11-21
import { drive, traffic, upTo } from '../../driver.mjs';

const waiting = new Map();
const games = new Set();

function arrive(n) {
  const rank = upTo(60);
  const group = waiting.get(rank) ?? [];
  group.push({ n, rank, deck: new Array(60).fill(n) });
  waiting.set(rank, group);
  if (group.length < 4) return;
  waiting.delete(rank);
  const game = { players: group, board: new Array(200).fill(0) };
  games.add(game);
  setTimeout(() => games.delete(game), 1_000 + upTo(3_000));
}

await drive((n) => {
  traffic(n);
  arrive(n);
});
