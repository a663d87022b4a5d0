// Holds so many megabytes of small objects and works; once a second a little of it is kept. Told over IPC when to report: how long its event loop stood still at most.
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';

const { values } = parseArgs({ options: { live: { type: 'string' }, render: { type: 'string' } } });
const live = Number(values.live) * 1e6;
const kept = [];
while (process.memoryUsage().heapUsed < live) {
  for (let i = 0; i < 5000; i++) kept.push({ id: i, name: `kept ${i}`, at: { x: i, y: i } });
}

/** A page of a shop, rendered on the server. */
async function renderer() {
  const { h } = await import(pathToFileURL(`${values.render}/preact/dist/preact.mjs`).href);
  const { renderToString } = await import(pathToFileURL(`${values.render}/preact-render-to-string/dist/index.mjs`).href);
  const Item = ({ n }) => h('li', { class: n % 2 ? 'odd' : 'even' }, h('b', null, `Item ${n}`), h('span', null, String(n * 1.5)));
  const Page = ({ at }) =>
    h(
      'main',
      { id: `page-${at}` },
      h(
        'ul',
        null,
        Array.from({ length: 200 }, (_, n) => h(Item, { n, key: n })),
      ),
    );
  return (at) => renderToString(h(Page, { at })).length;
}

function parser() {
  const body = JSON.stringify(Array.from({ length: 200 }, (_, n) => ({ n, sku: `item-${n}`, price: n * 1.5 })));
  return () => JSON.parse(body).filter(({ n }) => n % 3).length;
}

const work = values.render === undefined ? parser() : await renderer();
let turns = 0;
let last = performance.now();
let longest = 0;

function turn() {
  const now = performance.now();
  longest = Math.max(longest, now - last);
  turns += 1;
  work(turns);
  if (turns % 20 === 0) kept.push({ turns, text: `turn ${turns}`.repeat(20) });
  last = performance.now();
  // Half of a core.
  setTimeout(turn, Math.max(1, last - now));
}

process.on('message', () => {
  process.send({ longestMs: longest, turns, heapBytes: process.memoryUsage().heapUsed });
  longest = 0;
});
process.on('disconnect', () => process.exit(0));
turn();
longest = 0;
process.send('ready');
