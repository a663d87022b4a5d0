// leaking: a debounced saving function per document, which also remembers the last body it was called with
// right: debounce, saverFor, edit
// rate: 130
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

function debounce(act, ms) {
  let timer;
  let lastArguments;
  return (...given) => {
    lastArguments = given;
    clearTimeout(timer);
    timer = setTimeout(() => act(...lastArguments), ms);
  };
}

const savers = new Map();
let saved = 0;

function saverFor(id) {
  let saver = savers.get(id);
  if (saver === undefined) {
    saver = debounce(() => {
      saved += 1;
    }, 400);
    savers.set(id, saver);
  }
  return saver;
}

function edit(id, revision) {
  saverFor(id)({ id, revision, saved, blocks: Array.from({ length: 60 }, (_, at) => at * revision) });
}

await drive(
  (n) => {
    traffic(n);
    edit(`document-${Math.floor(n / 3)}`, n);
  },
  { perSecond: 300 },
);
