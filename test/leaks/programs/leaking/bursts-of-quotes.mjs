// leaking: every second and a half the exchange sends a burst of changes, each of which becomes a row of its history
// right: onChanges, toRow
// rate: 100
// written: 2026-11-21
import { drive, every, traffic, upTo } from '../../driver.mjs';

const histories = new Map(['oil', 'gold', 'wheat', 'copper'].map((name) => [name, []]));

function toRow(change) {
  return { ...change, book: Array.from({ length: 30 }, (_, level) => [change.price - level, change.price + level]) };
}

function onChanges(changes) {
  for (const change of changes) histories.get(change.name).push(toRow(change));
}

every(1_500, () => {
  const names = [...histories.keys()];
  onChanges(Array.from({ length: 70 }, (_, at) => ({ at, name: names[upTo(4)], price: 100 + upTo(50) })));
});

await drive((n) => {
  traffic(n);
});
