// clean: keyv over an lru-cache of a thousand
// written: 2026-11-21
import Keyv from 'keyv';
import { LRUCache } from 'lru-cache';
import { drive, traffic } from '../../driver.mjs';

const keyv = new Keyv({ store: new LRUCache({ max: 1_000 }), ttl: 5_000 });

await drive(
  async (n) => {
    traffic(n);
    await keyv.set(`key-${n}`, { n, rows: new Array(60).fill(n) });
    await keyv.get(`key-${n - 10}`);
  },
  { perSecond: 120 },
);
