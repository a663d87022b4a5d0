// leaking: one request in a hundred asks for an export, whose rows stay in a list
// right: exportRows, exportAll
// class: rare
// rate: 85
// written: 2026-11-21
import { drive, traffic, upTo } from '../../driver.mjs';

const exports = [];

function exportRows(n) {
  return Array.from({ length: 700 }, (_, row) => ({ row, n, total: row * n }));
}

function exportAll(n) {
  exports.push(exportRows(n));
}

await drive((n) => {
  traffic(n);
  if (upTo(100) === 0) exportAll(n);
});
