// clean: a store of row versions in chains; readers hold their snapshot for up to three seconds, and what none of them sees is cut off
// written: 2026-11-22
import { drive, every, sleep, traffic, upTo } from '../../driver.mjs';

class Snapshot {
  static open = new Set();

  constructor(at) {
    this.at = at;
    Snapshot.open.add(this);
  }

  static horizon(now) {
    let least = now;
    for (const { at } of Snapshot.open) least = Math.min(least, at);
    return least;
  }

  close() {
    Snapshot.open.delete(this);
  }
}

class Rows {
  #heads = new Map();
  clock = 0;

  write(key, value) {
    this.clock += 1;
    this.#heads.set(key, { value, at: this.clock, older: this.#heads.get(key) ?? null });
  }

  *at(snapshot) {
    for (const [key, head] of this.#heads) {
      let version = head;
      while (version !== null && version.at > snapshot.at) version = version.older;
      if (version !== null) yield [key, version.value];
    }
  }

  vacuum() {
    const horizon = Snapshot.horizon(this.clock);
    for (const head of this.#heads.values()) {
      let version = head;
      while (version.older !== null && version.at > horizon) version = version.older;
      version.older = null;
    }
  }
}

const rows = new Rows();
const positionOf = (n) => ({ n, track: Array.from({ length: 60 }, (_, at) => (n * at) % 360), text: `position ${n}` });
for (let vehicle = 0; vehicle < 500; vehicle += 1) rows.write(vehicle, positionOf(vehicle));

const reports = [];

async function report() {
  const snapshot = new Snapshot(rows.clock);
  try {
    let sum = 0;
    let seen = 0;
    const pause = upTo(3);
    for (const [, position] of rows.at(snapshot)) {
      sum += position.track[7];
      seen += 1;
      if (seen % 100 === 0) await sleep(200 * (1 + pause));
    }
    if (sum % 5 === 0) throw new Error('the sum is suspicious');
    reports.push({ seen, sum });
    if (reports.length > 20) reports.shift();
  } finally {
    snapshot.close();
  }
}

every(250, () => rows.vacuum());
every(600, () => report().catch(() => {}));

await drive(
  (n) => {
    traffic(n);
    rows.write(upTo(500), positionOf(n));
  },
  { perSecond: 220 },
);
