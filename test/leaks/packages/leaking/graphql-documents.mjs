// leaking: parsed GraphQL documents are cached by their text, which holds the arguments
// right: documentFor, parse, answer
// from: graphql
// rate: 360
// written: 2026-11-21
import { buildSchema, execute, parse } from 'graphql';
import { drive, traffic } from '../../driver.mjs';

const schema = buildSchema('type Item { id: ID, name: String } type Query { item(id: ID): Item }');
const documents = new Map();

function documentFor(text) {
  if (!documents.has(text)) documents.set(text, parse(text));
  return documents.get(text);
}

async function answer(n) {
  const document = documentFor(`query Item${n} { item(id: "${n}") { id name } }`);
  return execute({ schema, document, rootValue: { item: ({ id }) => ({ id, name: `item ${id}` }) } });
}

await drive(
  async (n) => {
    traffic(n);
    await answer(n);
  },
  { perSecond: 80 },
);
