/**
 * The tools that look for leaks or open handles, on four small programs: what each says, after how long, at what cost.
 *
 *     npm ci --ignore-scripts && node run.mjs [--only=word] [--cli=PATH] [--json=FILE]
 *
 * Figures of CPU are of the program and all processes that the tool started; "plain" is the program alone under the same load.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { load } from './load.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const given = new Map(process.argv.slice(2).map((word) => word.replace(/^--/, '').split('=')));
const cli = given.get('cli') ?? join(here, '../../dist/cli/bin.js');
const bin = (name) => join(here, 'node_modules/.bin', name);
const program = (name) => join(here, 'programs', `${name}.cjs`);
const seconds = 30;
let port = 23_100;

function start(command, args, env = {}) {
  const child = spawn(command, args, {
    cwd: here,
    env: { ...process.env, NO_INSIGHT: '1', CI: '1', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const state = {
    child,
    text: '',
    ended: new Promise((resolve) => child.on('close', (code, signal) => resolve(code ?? signal))),
  };
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (state.text = (state.text + chunk).slice(-20_000)));
  return state;
}

/** CPU seconds of a process and everything below it, also of what ended and was waited for. */
function cpuOf(pid) {
  let total = 0;
  const ticks = (text) =>
    text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 15)
      .reduce((sum, one) => sum + Number(one), 0);
  try {
    total += ticks(readFileSync(`/proc/${pid}/stat`, 'utf8')) / 100;
    for (const tid of readdirSync(`/proc/${pid}/task`)) {
      for (const child of readFileSync(`/proc/${pid}/task/${tid}/children`, 'utf8').split(' ').filter(Boolean))
        total += cpuOf(child);
    }
  } catch {
    // It ended meanwhile.
  }
  return total;
}

async function within(promise, ms) {
  const timer = new AbortController();
  try {
    return await Promise.race([promise, sleep(ms, 'timeout', { signal: timer.signal })]);
  } finally {
    timer.abort();
  }
}

async function stop(state, signal, ms) {
  state.child.kill(signal);
  const end = await within(state.ended, ms);
  if (end === 'timeout') state.child.kill('SIGKILL');
  return end;
}

/** Runs a server under load for half a minute and stops it. */
async function served(command, argsOf, name, { env = {}, signal = 'SIGINT', afterMs = 120_000 } = {}) {
  port += 1;
  const began = performance.now();
  const state = start(command, argsOf(program(name)), { PORT: String(port), ...env });
  await sleep(2_000);
  const answered = await load(port, { seconds });
  const cpu = cpuOf(state.child.pid);
  if (signal === 'Ctrl-C') state.child.stdin.write('\u0003');
  const end = signal === 'Ctrl-C' ? await within(state.ended, afterMs) : await stop(state, signal, afterMs);
  if (end === 'timeout') state.child.kill('SIGKILL');
  return { answered, cpuS: cpu, wallS: (performance.now() - began) / 1000, end, text: state.text };
}

const peers = {
  plain: (name) => served(process.execPath, (file) => [file], name),
  watertight: (name) =>
    served(
      process.execPath,
      (file) => [cli, 'run', '--no-html', '--report-dir', join(tmpdir(), 'peers-watertight'), '--', process.execPath, file],
      name,
      { signal: 'SIGTERM' },
    ),
  'watertight (exact lines)': (name) =>
    served(
      process.execPath,
      (file) => [
        cli,
        'run',
        '--exact-lines',
        '--no-html',
        '--report-dir',
        join(tmpdir(), 'peers-watertight'),
        '--',
        process.execPath,
        file,
      ],
      name,
      { signal: 'SIGTERM' },
    ),
  'clinic heapprofiler': async (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'peers-clinic-'));
    try {
      const result = await served(
        'script',
        (file) => [
          '-qec',
          `${bin('clinic')} heapprofiler --open=false --dest ${folder} -- ${process.execPath} ${file}`,
          '/dev/null',
        ],
        name,
        { signal: 'Ctrl-C' },
      );
      return { ...result, heaviest: heaviestOf(folder) };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  memlab,
};

/** The files that clinic wrote, and the functions with the largest own size in the profile that clinic wrote. */
function heaviestOf(folder) {
  for (const name of readdirSync(folder, { recursive: true })) {
    if (!/heapprofiler?$/.test(name)) continue;
    const totals = new Map();
    const add = (node) => {
      const key = `${node.callFrame.functionName || '(anonymous)'} ${node.callFrame.url.split('/').at(-1)}:${node.callFrame.lineNumber + 1}`;
      totals.set(key, (totals.get(key) ?? 0) + node.selfSize);
      for (const child of node.children) add(child);
    };
    const file = join(folder, name);
    try {
      add(JSON.parse(readFileSync(file, 'utf8')).head);
    } catch (error) {
      return `cannot read ${String(name)}: ${error.message}`;
    }
    return [...totals].sort((a, b) => b[1] - a[1]).slice(0, 5);
  }
  return null;
}

async function memlab(name) {
  port += 1;
  const folder = mkdtempSync(join(tmpdir(), 'peers-memlab-'));
  const began = performance.now();
  const state = start(process.execPath, ['--heapsnapshot-signal=SIGUSR2', `--diagnostic-dir=${folder}`, program(name)], {
    PORT: String(port),
  });
  await sleep(1_000);
  let answered = 0;
  for (const part of [2, 14, 14]) {
    answered += await load(port, { seconds: part });
    const before = readdirSync(folder).length;
    state.child.kill('SIGUSR2');
    for (let turn = 0; turn < 100 && readdirSync(folder).length === before; turn += 1) await sleep(200);
    await sleep(3_000);
  }
  const cpu = cpuOf(state.child.pid);
  await stop(state, 'SIGKILL', 5_000);
  const files = readdirSync(folder)
    .sort((a, b) => Number(a.split('.').at(-2)) - Number(b.split('.').at(-2)))
    .map((file) => join(folder, file));
  const analysis = start(process.execPath, [join(here, 'memlab.cjs'), ...files]);
  const polling = setInterval(() => (analysis.cpu = Math.max(analysis.cpu ?? 0, cpuOf(analysis.child.pid))), 200);
  const end = await within(analysis.ended, 180_000);
  clearInterval(polling);
  analysis.child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
  return { answered, cpuS: cpu + (analysis.cpu ?? 0), wallS: (performance.now() - began) / 1000, end, text: analysis.text };
}

/** What is said of a program that should have ended and did not. */
async function asked(command, args, { signal = null, again = null, ms = 6_000, waitMs = 60_000 } = {}) {
  const began = performance.now();
  const state = start(command, args);
  if (signal !== null) {
    await sleep(1_500);
    state.child.kill(signal);
  }
  const end = await within(state.ended, ms);
  if (end === 'timeout') await stop(state, again ?? 'SIGINT', waitMs);
  return { wallS: (performance.now() - began) / 1000, end, text: state.text };
}

const handles = program('handles');
const askers = {
  'watertight (handles)': () =>
    asked(
      process.execPath,
      [cli, 'run', '--no-html', '--report-dir', join(tmpdir(), 'peers-watertight'), '--', process.execPath, handles],
      { again: 'SIGTERM' },
    ),
  'why-is-node-running': () =>
    asked(process.execPath, ['--import', 'why-is-node-running/include', handles], { signal: 'SIGUSR1', again: 'SIGKILL' }),
  wtfnode: () => asked(bin('wtfnode'), [handles], { signal: 'SIGINT', again: 'SIGKILL' }),
  'leaked-handles': () => asked(process.execPath, ['--require', 'leaked-handles', handles], { ms: 12_000, again: 'SIGKILL' }),
  'jest --detectOpenHandles': () =>
    asked(bin('jest'), ['--detectOpenHandles', '--testMatch', '**/handles.test.cjs'], { ms: 25_000, again: 'SIGKILL' }),
  'vitest hanging-process': () =>
    asked(bin('vitest'), ['run', '--reporter=default', '--reporter=hanging-process', '--dir', '.', 'handles'], {
      ms: 30_000,
      again: 'SIGKILL',
    }),
  'vitest --detect-async-leaks': () =>
    asked(bin('vitest'), ['run', '--detect-async-leaks', '--dir', '.', 'handles'], { ms: 30_000, again: 'SIGKILL' }),
};

const results = [];
const note = (row) => {
  results.push(row);
  const { peer, name, cpuS, wallS, end, answered, heaviest, text } = row;
  console.log(
    `\n===== ${peer} on ${name}: ${wallS.toFixed(1)} s, CPU ${cpuS?.toFixed(2) ?? '–'} s, answered ${answered ?? '–'}, end ${end}`,
  );
  if (heaviest) console.log(heaviest);
  console.log(text.slice(-2_500));
  if (given.has('json')) writeFileSync(given.get('json'), `${JSON.stringify(results, null, 1)}\n`);
};
const only = given.get('only') ?? '';
for (const [peer, run] of Object.entries(peers)) {
  for (const name of ['closures', 'clean', 'listeners'])
    if (`${peer} ${name}`.includes(only)) note({ peer, name, ...(await run(name)) });
}
for (const [peer, run] of Object.entries(askers))
  if (`${peer} handles`.includes(only)) note({ peer, name: 'handles', ...(await run()) });
