// clean: GraphQL with documents in a cache of fifty
// written: 2026-11-21
import { buildSchema, execute, parse } from 'graphql';
import { LRUCache } from 'lru-cache';
import { drive, traffic } from '../../driver.mjs';

const schema = buildSchema('type Item { id: ID, name: String, parts: [Item] } type Query { item(id: ID): Item }');
const documents = new LRUCache({ max: 50 });
const makeItem = (id) => ({ id, name: `item ${id}`, parts: () => [makeItem(`${id}a`)] });

function documentFor(text) {
  if (!documents.has(text)) documents.set(text, parse(text));
  return documents.get(text);
}

await drive(
  async (n) => {
    traffic(n);
    const document = documentFor(`query Item { item(id: "${n % 400}") { id name parts { id name } } }`);
    await execute({ schema, document, rootValue: { item: ({ id }) => makeItem(id) } });
  },
  { perSecond: 60 },
);
