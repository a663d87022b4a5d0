// clean: every six seconds a large report, which is held until the next one
// written: 2026-11-21
import { drive, every, traffic } from '../../driver.mjs';

let report = [];
let facts = [];

every(6_000, () => {
  report = facts.map((fact) => ({ ...fact, share: fact.n / facts.length }));
  facts = [];
});

await drive((n) => {
  traffic(n);
  facts.push({ n, of: report.length, name: `fact ${n}`, cells: [n, n * 2, n * 3] });
});
