// leaking: each call adds an abort listener to the one signal of the whole service
// right: fetchRow
// rate: 160
// written: 2026-11-21
import { setMaxListeners } from 'node:events';
import { drive, traffic } from '../../driver.mjs';

const service = new AbortController();
setMaxListeners(0, service.signal);

function fetchRow(n) {
  const row = { id: n, columns: new Array(64).fill(n), name: `row ${n}` };
  service.signal.addEventListener('abort', () => {
    row.columns.length = 0;
  });
  return row.name;
}

await drive((n) => {
  traffic(n);
  fetchRow(n);
});
