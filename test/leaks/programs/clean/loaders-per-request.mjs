// clean: a batching loader per request, with what it remembers
// written: 2026-11-21
import { drive, sleep, traffic, upTo } from '../../driver.mjs';

function createLoader(fetchMany) {
  const remembered = new Map();
  let batch = [];
  const flush = async () => {
    const taken = batch;
    batch = [];
    const rows = await fetchMany(taken.map(({ key }) => key));
    for (const [at, { resolve }] of taken.entries()) resolve(rows[at]);
  };
  return (key) => {
    if (!remembered.has(key)) {
      const value = new Promise((resolve) => batch.push({ key, resolve }));
      remembered.set(key, value);
      if (batch.length === 1) queueMicrotask(flush);
    }
    return remembered.get(key);
  };
}

async function fetchAuthors(ids) {
  await sleep(4 + upTo(10));
  return ids.map((id) => ({ id, name: `author ${id}`, books: new Array(40).fill(id) }));
}

await drive(
  async (n) => {
    traffic(n);
    const load = createLoader(fetchAuthors);
    const authors = await Promise.all(Array.from({ length: 12 }, () => load(upTo(9))));
    await Promise.all(authors.map(({ id }) => load(id + 100)));
  },
  { perSecond: 140 },
);
