/**
 * Runs the programs of the corpus under `watertight run` and says how often its verdict and its place are right.
 *
 *     node test/leaks/accuracy.mjs [--only=word,word] [--seeds=1,2,3] [--node=PATH] [--mode=hunt|light] [--exact-lines]
 *                                  [--load-changes] [--slow] [--seconds=38] [--parallel=2] [--json=FILE] [--unseen=FILE] [--note=TEXT]
 *
 * `--unseen` leaves out what that earlier pass has run: programs that a change of the detector was not made after.
 * `--slow` runs those of class "slow" for five minutes and nothing else; otherwise they run like the others and are counted apart.
 * The built package is run: `npm run build` first. Exit status 1: a false alarm of the leak tier.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { judgeRun } from './judge-run.mjs';
import { chosen, packagesInstalled } from './manifest.mjs';
import { inParallel } from './parallel.mjs';
import { summarise, tableOf } from './summary.mjs';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    seeds: { type: 'string', default: '1' },
    node: { type: 'string', default: process.execPath },
    mode: { type: 'string', default: 'hunt' },
    'exact-lines': { type: 'boolean', default: false },
    'load-changes': { type: 'boolean', default: false },
    slow: { type: 'boolean', default: false },
    seconds: { type: 'string' },
    parallel: { type: 'string', default: '2' },
    json: { type: 'string' },
    unseen: { type: 'string' },
    note: { type: 'string', default: '' },
    cli: { type: 'string', default: fileURLToPath(new URL('../../dist/cli/bin.js', import.meta.url)) },
  },
});
const seconds = Number(options.seconds ?? (options.slow ? 300 : 38));

function commandOf(program, seed, folder) {
  return [
    options.cli,
    'run',
    '--json',
    join(folder, 'report.json'),
    '--report-dir',
    folder,
    '--no-html',
    '--quiet',
    '--mode',
    options.mode,
    ...(options['exact-lines'] ? ['--exact-lines'] : []),
    '--',
    options.node,
    program.file,
    ...program.args,
    `--seconds=${seconds}`,
    `--seed=${seed}`,
    `--load=${options['load-changes'] ? 'changing' : 'steady'}`,
  ];
}

function runOne(command) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, command, {
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: (seconds + 90) * 1000,
      killSignal: 'SIGKILL',
    });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr = (stderr + chunk).slice(-2_000);
    });
    child.on('close', (code, signal) => resolve({ status: code ?? signal, stderr }));
  });
}

async function tryOne({ program, seed }) {
  const folder = mkdtempSync(join(tmpdir(), 'leaks-accuracy-'));
  const ended = await runOne(commandOf(program, seed, folder));
  const { name, label, says, class: kind, rateKBs, written } = program;
  const row = { name, label, says, class: kind, rateKBs, written, seed };
  try {
    const judged = judgeRun(program, JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')));
    // A program that broke tells nothing of the detector.
    if (ended.status !== 0) throw new Error(judged.end);
    return { ...row, ...judged };
  } catch (error) {
    return {
      ...row,
      failed: `${error.message}; status ${ended.status}; ${ended.stderr.trim().split('\n').slice(-3).join(' | ')}`,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const said = ({ name, seed, label, leak, suspect, site, suspectMs, leakMs, failed }) => {
  if (failed !== undefined) return `FAILED ${name} seed ${seed}: ${failed}`;
  const tier = leak ? 'leak' : suspect ? 'suspect' : 'nothing';
  const mark = label === 'clean' ? (leak ? 'FALSE ALARM' : 'right') : leak ? 'right' : 'MISSED';
  return `${mark} ${name} seed ${seed}: ${tier}${site === null ? '' : `, site ${site}`}, ${suspectMs ?? '-'} / ${leakMs ?? '-'} ms`;
};

/** So that neighbours of the list do not run beside each other, and a pass that was broken off says something of all. */
const spread = (items) =>
  items
    .map((item, at) => ({ item, key: (at * 7919) % 1009 }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);

const words = options.only.split(',').filter((word) => word !== '');
const seen = new Set(
  options.unseen === undefined ? [] : JSON.parse(readFileSync(options.unseen, 'utf8')).rows.map(({ name }) => name),
);
const programs = chosen(words).filter((program) => (!options.slow || program.class === 'slow') && !seen.has(program.name));
if (!packagesInstalled())
  console.error('Programs of packages are left out: run npm ci --ignore-scripts in test/leaks/packages to have them.');
const runs = options.seeds.split(',').flatMap((seed) => programs.map((program) => ({ program, seed: Number(seed) })));
const about = {
  date: new Date().toISOString().slice(0, 10),
  node: execFileSync(options.node, ['--version'], { encoding: 'utf8' }).trim(),
  mode: options.mode,
  exactLines: options['exact-lines'],
  loadChanges: options['load-changes'],
  seconds,
  seeds: options.seeds,
  slow: options.slow,
  note: options.note,
};
const rows = [];
const write = (about) => {
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ about, rows }, null, 1)}\n`);
};
await inParallel(spread(runs), Number(options.parallel), async (run) => {
  const row = await tryOne(run);
  rows.push(row);
  write(about);
  console.error(`${rows.length}/${runs.length} ${said(row)}`);
});
rows.sort((a, b) => `${a.label} ${a.name} ${a.seed}`.localeCompare(`${b.label} ${b.name} ${b.seed}`));

console.log(tableOf([{ about, summary: summarise(rows, { slow: options.slow }) }]));
write(about);
process.exitCode = rows.some((row) => row.label === 'clean' && row.leak) ? 1 : 0;
