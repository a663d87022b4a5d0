// leaking: one entity manager for the whole service: every row that was ever read stays in its identity map, with a snapshot
// right: find, EntityManager.find, hydrate, query
// rate: 410
// written: 2026-11-21
import { drive, sleep, traffic } from '../../driver.mjs';

async function query(kind, id) {
  await sleep(2);
  return {
    id,
    kind,
    name: `${kind} ${id}`,
    street: `Long Road ${id}`,
    prices: Array.from({ length: 30 }, (_, at) => at * 1.5 + id),
  };
}

class EntityManager {
  #identities = new Map();
  #snapshots = new Map();

  async find(kind, id) {
    const key = `${kind}#${id}`;
    const known = this.#identities.get(key);
    if (known !== undefined) return known;
    return this.#hydrate(key, await query(kind, id));
  }

  #hydrate(key, row) {
    const entity = Object.assign(Object.create({ isEntity: true }), row);
    this.#identities.set(key, entity);
    this.#snapshots.set(key, { ...row, prices: [...row.prices] });
    return entity;
  }
}

const manager = new EntityManager();

await drive(
  async (n) => {
    traffic(n);
    const order = await manager.find('order', n);
    await manager.find('customer', order.id % 50);
  },
  { perSecond: 250 },
);
