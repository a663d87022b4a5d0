// leaking: half a megabyte a second, on a service that also holds a large and steady cache
// right: ingest, parseEvent
// rate: 260
// written: 2026-11-21
import { drive, traffic, upTo } from '../../driver.mjs';

const steady = Array.from({ length: 30_000 }, (_, id) => ({ id, text: `entry ${id}`, counts: [id, id, id] }));
const events = [];

function parseEvent(n) {
  return {
    n,
    source: steady[upTo(steady.length)].id,
    fields: Object.fromEntries(Array.from({ length: 16 }, (_, at) => [`field${at}`, at * n])),
    raw: new Array(60).fill(n),
  };
}

function ingest(n) {
  events.push(parseEvent(n));
}

await drive(
  (n) => {
    traffic(n);
    ingest(n);
  },
  { perSecond: 350 },
);
