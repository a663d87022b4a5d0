/**
 * Says of each program of the corpus, without watertight, whether its label is right: what lives after full collections at seven points from
 * a third of the run to its end, and the growth between them.
 *
 *     node test/leaks/check.mjs [--parallel=4] [--seconds=38] [--seed=1] [--json=FILE] [word …]
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chosen } from './manifest.mjs';
import { inParallel } from './parallel.mjs';

const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const given = new Map(
  process.argv
    .slice(2)
    .filter((word) => word.startsWith('--'))
    .map((word) => word.slice(2).split('=')),
);
const seconds = Number(given.get('seconds') ?? 38);
const seed = Number(given.get('seed') ?? 1);
const folder = mkdtempSync(join(tmpdir(), 'leaks-check-'));

function runOne(program, file) {
  return new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      [
        '--expose-gc',
        '--max-old-space-size=1500',
        program.file,
        ...program.args,
        `--seconds=${seconds}`,
        `--seed=${seed}`,
        `--check=${file}`,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'], timeout: (seconds + 60) * 1000, killSignal: 'SIGKILL' },
    );
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr = (stderr + chunk).slice(-2_000);
    });
    child.on('close', (code, signal) => resolve({ code, signal, stderr }));
  });
}

const least = (points, key) => Math.min(...points.map((point) => point[key]));

/** Growth between the least of three neighbouring points and the least of three later ones: what goes up and down is not growth. */
function growth(points, from, to, key) {
  const at = (start) => points[start + 1].at;
  return (least(points.slice(to, to + 3), key) - least(points.slice(from, from + 3), key)) / (at(to) - at(from));
}

/** Seven points from a third of the run to its end. Grows: live memory by more than 6 KB/s on the whole, more than 3 KB/s late; or a count. */
function judge(measured) {
  const points = measured.map((point) => ({ ...point, live: point.heap + point.external }));
  const live = growth(points, 0, 4, 'live') / 1024;
  const late = growth(points, 2, 4, 'live') / 1024;
  const rss = growth(points, 2, 4, 'rss') / 1024;
  const first = points[0];
  const middle = points[3];
  const last = points.at(-1);
  const descriptors = last.descriptors - first.descriptors;
  const counted = last.count === null ? 0 : last.count - first.count;
  const later = last.count === null ? 0 : last.count - middle.count;
  const grows =
    (live > 6 && late > 3) || (descriptors >= 8 && last.descriptors > middle.descriptors) || (counted >= 8 && later >= 4);
  return { live, late, rss, descriptors, counted, grows };
}

const results = [];
await inParallel(chosen(words), Number(given.get('parallel') ?? 4), async (program, at) => {
  const file = join(folder, `${at}.json`);
  const end = await runOne(program, file);
  let row = { name: program.name, label: program.label, class: program.class, said: program.rateKBs };
  try {
    const { requests, points } = JSON.parse(readFileSync(file, 'utf8'));
    const found = judge(points);
    const native = program.label === 'leaking' && program.class === 'native' && found.rss > 60;
    const temp = program.class === 'temp' && found.counted > 0;
    row = { ...row, requests, ...found, right: (found.grows || native || temp) === (program.label === 'leaking') };
  } catch {
    row = {
      ...row,
      right: false,
      failed: `status ${end.code ?? end.signal}: ${end.stderr.trim().split('\n').slice(0, 6).join(' | ')}`,
    };
  }
  if (end.stderr !== '' && row.failed === undefined) row.stderr = end.stderr.trim().split('\n')[0];
  results.push(row);
  process.stderr.write(
    `${row.right ? 'right' : 'WRONG'} ${row.name} ${row.failed ?? `${row.live.toFixed(0)} ${row.late.toFixed(0)}`}\n`,
  );
});
rmSync(folder, { recursive: true, force: true });

results.sort((a, b) => `${a.label}${a.name}`.localeCompare(`${b.label}${b.name}`));
console.log(
  '| program | label | said KB/s | live memory, last ⅔ KB/s | live, last ⅓ KB/s | RSS, last ⅓ KB/s | descriptors | counted | label is right |',
);
console.log('|---|---|---|---|---|---|---|---|---|');
for (const row of results) {
  const cells = row.failed
    ? [row.name, row.label, row.said, row.failed, '', '', '', '', 'failed']
    : [
        row.name,
        row.label,
        row.said ?? '',
        row.live.toFixed(1),
        row.late.toFixed(1),
        row.rss.toFixed(0),
        row.descriptors,
        row.counted,
        row.right ? 'yes' : 'NO',
      ];
  console.log(`| ${cells.join(' | ')} |`);
}
if (given.has('json')) writeFileSync(given.get('json'), `${JSON.stringify(results, null, 1)}\n`);
process.exitCode = results.every(({ right }) => right) ? 0 : 1;
