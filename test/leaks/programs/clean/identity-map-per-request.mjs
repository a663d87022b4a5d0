// clean: an identity map for each unit of work, dropped after its commit
// written: 2026-11-21
import { drive, sleep, traffic, upTo } from '../../driver.mjs';

class UnitOfWork {
  #identities = new Map();
  #changed = new Set();

  async find(kind, id) {
    const key = `${kind}#${id}`;
    if (!this.#identities.has(key)) {
      await sleep(2);
      this.#identities.set(key, { kind, id, columns: Array.from({ length: 40 }, (_, at) => at * id) });
    }
    return this.#identities.get(key);
  }

  change(entity, column, value) {
    entity.columns[column] = value;
    this.#changed.add(entity);
  }

  async commit() {
    await sleep(3);
    return this.#changed.size;
  }
}

await drive(
  async (n) => {
    traffic(n);
    const unit = new UnitOfWork();
    for (let at = 0; at < 6; at += 1) unit.change(await unit.find('line', upTo(1_000)), at, n);
    await unit.commit();
  },
  { perSecond: 120 },
);
