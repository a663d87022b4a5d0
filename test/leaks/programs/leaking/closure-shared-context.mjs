// leaking: each replacement keeps the one before through the context that two closures of one function share
// right: replaceState, makeState
// rate: 320
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

let state = null;

function makeState(n) {
  return { version: n, cells: new Array(180).fill(n) };
}

function replaceState(n) {
  const previous = state;
  const neverCalled = () => previous.version;
  const next = makeState(n);
  state = { next, describe: () => `state ${n}`, size: neverCalled.length };
}

await drive((n) => {
  traffic(n);
  replaceState(n);
});
