// npm run bench: the budgets of the core beside their peers, in one run. Figures also go to bench/results/*.json.
// npm run bench:large adds the heavy peers.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compileUsing } from './compile.mjs';
import { measure } from './measure.mjs';
import { installPeers } from './peers.mjs';
import { printRow } from './table.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({ options: { large: { type: 'boolean' }, only: { type: 'string' } } });

installPeers(here);
if (values.large) installPeers(join(here, 'large'));
compileUsing(here);
const { rows } = await import('./rows/index.mjs');

const started = process.hrtime.bigint();
const report = { node: process.version, rows: [] };
console.log(
  `watertight bench, Node ${process.version}. CPU time of the process, medians; [10th – 90th percentile]; ratios from this run.`,
);
for (const row of rows) {
  if (values.only !== undefined && !row.title.includes(values.only)) continue;
  const results =
    row.measure === undefined ? await measure(await row.cases({ large: values.large === true }), row) : await row.measure();
  printRow({ ...row, results });
  report.rows.push({ title: row.title, unit: row.unit, budget: row.budget ?? null, results });
}
report.seconds = Number((process.hrtime.bigint() - started) / 1_000_000_000n);
mkdirSync(join(here, 'results'), { recursive: true });
const file = join(here, 'results', `core-${process.version}${values.large ? '-large' : ''}.json`);
writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
console.log(`\n${report.rows.length} rows in ${report.seconds} s; figures in ${file}`);
