// clean: sixty megabytes of live data, a tenth of which is renewed over the run
// written: 2026-11-21
import { drive, traffic, upTo } from '../../driver.mjs';

const make = (id) => ({
  id,
  name: `entry ${id}`,
  values: new Array(40).fill(id),
  more: { at: id / 3, tags: [`tag ${id % 100}`] },
});
const entries = Array.from({ length: 100_000 }, (_, id) => make(id));

await drive(
  (n) => {
    traffic(n);
    for (let turn = 0; turn < 3; turn += 1) {
      const id = upTo(entries.length);
      entries[id] = make(id);
    }
  },
  { perSecond: 150 },
);
