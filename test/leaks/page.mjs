/**
 * Writes the figures of one or more passes into docs/accuracy.md, between its markers.
 *
 *     node test/leaks/page.mjs pass.json [pass.json …]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { summarise, tableOf } from './summary.mjs';

const page = fileURLToPath(new URL('../../docs/accuracy.md', import.meta.url));
const passes = process.argv.slice(2).map((file) => {
  const { about, rows } = JSON.parse(readFileSync(file, 'utf8'));
  return { about, rows, summary: summarise(rows, { slow: about.slow === true }) };
});

const seconds = (ms) => (ms === null || ms === undefined ? '–' : (ms / 1000).toFixed(0));
const tierOf = (row) => (row.failed !== undefined ? 'failed' : row.leak ? 'leak' : row.suspect ? 'suspect' : '–');

/** One row per program: of several seeds and passes, each is told. */
function programsOf(label) {
  const rows = passes.flatMap((pass) => pass.rows).filter((row) => row.label === label);
  const names = [...new Set(rows.map(({ name }) => name))].sort((a, b) => a.localeCompare(b));
  const told = names.map((name) => {
    const own = rows.filter((row) => row.name === name);
    const { says, class: kind, rateKBs, written } = own[0];
    const tiers = own
      .map((row) => `${tierOf(row)}${row.site ? ` (${row.site})` : ''} ${seconds(row.suspectMs)}/${seconds(row.leakMs)}`)
      .join('; ');
    return label === 'leaking'
      ? `| ${name} | ${says.replaceAll('|', '\\|')} | ${kind} | ${rateKBs ?? '–'} | ${tiers} | ${written} |`
      : `| ${name} | ${says.replaceAll('|', '\\|')} | ${own.map(tierOf).join('; ')} | ${written} |`;
  });
  const head =
    label === 'leaking'
      ? [
          '| program | leaks | class | KB/s | tier (place), seconds to suspect/leak, per pass and seed | written |',
          '|---|---|---|---|---|---|',
        ]
      : ['| program | what it does | tier | written |', '|---|---|---|---|'];
  return [`<details><summary>${names.length} ${label} programs</summary>`, '', ...head, ...told, '', '</details>'].join('\n');
}

const text = readFileSync(page, 'utf8');
const between = (mark, fresh) => (whole) => {
  const [open, close] = [`<!-- ${mark} -->`, `<!-- /${mark} -->`];
  return `${whole.slice(0, whole.indexOf(open) + open.length)}\n\n${fresh}\n\n${whole.slice(whole.indexOf(close))}`;
};
const filled = [between('figures', tableOf(passes)), between('programs', `${programsOf('leaking')}\n\n${programsOf('clean')}`)];
writeFileSync(
  page,
  filled.reduce((whole, fill) => fill(whole), text),
);
