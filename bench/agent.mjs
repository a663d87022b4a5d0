// npm run bench:agent [-- --rounds 6 --pairs 60 --slice 1000 --mode light,hunt,nothing,64k,no-sampling]: what the agent costs on an HTTP/JSON server, and
// at start-up. Two servers live side by side, one watched; short slices of load go to each in turn (A B, B A, …). Two processes of one program differ by
// some percent for as long as they live (`--mode nothing` shows by how much), so each round has two new ones. Reported are the median of
// the rounds, each the median of the ratios of CPU time per request over its pairs; its 95 % interval (bootstrap over rounds and pairs); and the share that the
// agent's own callbacks account for. A cost of 1 % is below that noise: it holds when the accounted share is within and the interval has it.
import { fork, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median } from './measure.mjs';

/** What the agent is told in each mode. `nothing`: it is not there, the noise of the method; the last two show what the hunt's cost is made of. */
const optionsOf = {
  nothing: null,
  light: 'mode=light',
  hunt: 'mode=hunt',
  '64k': 'mode=hunt,sampleBytes=65536',
  'no-sampling': 'mode=hunt,sampling=0',
};

const here = dirname(fileURLToPath(import.meta.url));
const entry = join(here, '..', 'dist', 'agent', 'entry.cjs');
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '6' },
    pairs: { type: 'string', default: '60' },
    slice: { type: 'string', default: '1000' },
    mode: { type: 'string', default: 'light,hunt' },
    connections: { type: 'string', default: '8' },
  },
});

const body = JSON.stringify({
  lines: Array.from({ length: 60 }, (_, i) => ({ sku: `item-${i}`, price: i + 0.5, count: i % 7 })),
});
const request = Buffer.from(
  `POST /orders HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
);

const message = (child) => new Promise((resolve) => child.once('message', resolve));

async function start(environment) {
  const child = fork(join(here, 'agent-server.mjs'), {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const { port } = await message(child);
  return { child, port, connections: Array.from({ length: Number(values.connections) }, () => connection(port)) };
}

/** One keep-alive connection with one request under way while `active`. */
function connection(port) {
  const socket = connect(port, '127.0.0.1');
  const state = { socket, active: false, waiting: 0, done: undefined };
  socket.on('data', (data) => {
    if (state.waiting === 0) {
      const head = data.indexOf('\r\n\r\n');
      state.waiting = Number(/content-length: (\d+)/i.exec(data.latin1Slice(0, head))[1]) + head + 4;
    }
    state.waiting -= data.length;
    if (state.waiting > 0) return;
    state.waiting = 0;
    if (state.active) socket.write(request);
    else state.done?.();
  });
  return state;
}

async function usage(server) {
  const answer = message(server.child);
  server.child.send('usage');
  return answer;
}

async function slice(server, ms) {
  const before = await usage(server);
  const ended = server.connections.map((one) => new Promise((resolve) => (one.done = resolve)));
  for (const one of server.connections) {
    one.active = true;
    one.socket.write(request);
  }
  setTimeout(() => server.connections.forEach((one) => (one.active = false)), ms);
  await Promise.all(ended);
  const after = await usage(server);
  return (after.cpuUs - before.cpuUs) / (after.requests - before.requests);
}

async function stop(server) {
  const gone = new Promise((resolve) => server.child.once('exit', resolve));
  for (const { socket } of server.connections) socket.destroy();
  server.child.disconnect();
  await gone;
}

const drawn = (values) => values.map(() => values[Math.floor(Math.random() * values.length)]);

/** 95 %, of the median of medians: of rounds that are drawn anew, of pairs that are drawn anew in each. */
function interval(rounds) {
  const medians = Array.from({ length: 2000 }, () => median(drawn(rounds).map((ratios) => median(drawn(ratios)))));
  medians.sort((a, b) => a - b);
  return [medians[50], medians[1949]];
}

/** What the agent's callbacks used, of all CPU time of the server, from the last sample of the data file. */
function accounted(run) {
  const [file] = readdirSync(run).filter((name) => name.endsWith('.wt'));
  const samples = readFileSync(join(run, file), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('["s"'))
    .map((line) => JSON.parse(line));
  const last = samples.at(-1);
  return last[9] / last[8];
}

/** One pair of servers, new ones. */
async function round(options, pairs) {
  const run = mkdtempSync(join(tmpdir(), 'watertight-bench-'));
  const plain = await start({});
  const environment = { NODE_OPTIONS: `--require "${entry}"`, WATERTIGHT_RUN: run, WATERTIGHT_OPTIONS: options };
  const watched = await start(options === null ? {} : environment);
  const ms = Number(values.slice);
  for (const server of [plain, watched]) await slice(server, 2000);
  const ratios = [];
  for (let pair = 0; pair < pairs; pair++) {
    const order = pair % 2 === 0 ? [plain, watched] : [watched, plain];
    const cost = new Map();
    for (const server of order) cost.set(server, await slice(server, ms));
    ratios.push(cost.get(watched) / cost.get(plain));
  }
  const [{ rssBytes: without }, { rssBytes: withAgent }] = [await usage(plain), await usage(watched)];
  await stop(plain);
  await stop(watched);
  const accountedShare = options === null ? 0 : accounted(run);
  rmSync(run, { recursive: true });
  return { ratios, accountedShare, rssBytes: withAgent - without };
}

async function measureMode(mode) {
  const rounds = [];
  const pairs = Math.ceil(Number(values.pairs) / Number(values.rounds));
  for (let i = 0; i < Number(values.rounds); i++) rounds.push(await round(optionsOf[mode], pairs));
  const medians = rounds.map(({ ratios }) => median(ratios));
  return {
    mode,
    pairs: pairs * rounds.length,
    ratio: median(medians),
    interval: interval(rounds.map(({ ratios }) => ratios)),
    rounds: medians,
    accountedShare: median(rounds.map(({ accountedShare }) => accountedShare)),
    rssBytes: median(rounds.map(({ rssBytes }) => rssBytes)),
  };
}

/** CPU until the first line of an empty program, preloaded as the supervisor does it, in pairs with the same program alone. */
function startup() {
  const run = mkdtempSync(join(tmpdir(), 'watertight-bench-'));
  const script = join(run, 'first-line.cjs');
  writeFileSync(script, 'const u = process.cpuUsage(); process.stdout.write(String(u.user + u.system));');
  const environments = {
    without: { ...process.env },
    watched: { ...process.env, NODE_OPTIONS: `--require "${entry}"`, WATERTIGHT_RUN: run },
  };
  const cpuMs = (name) =>
    Number(spawnSync(process.execPath, [script], { env: environments[name], encoding: 'utf8' }).stdout) / 1000;
  const differences = [];
  for (let i = 0; i < 150; i++) {
    const order = i % 2 === 0 ? ['without', 'watched'] : ['watched', 'without'];
    const cost = Object.fromEntries(order.map((name) => [name, cpuMs(name)]));
    differences.push(cost.watched - cost.without);
  }
  rmSync(run, { recursive: true });
  return { pairs: differences.length, medianMs: median(differences), interval: interval([differences]) };
}

const figures = { node: process.version, startup: startup(), modes: [] };
const [low, high] = figures.startup.interval;
console.log(
  `start-up of the agent: ${figures.startup.medianMs.toFixed(2)} ms of CPU [${low.toFixed(2)} – ${high.toFixed(2)}], ${figures.startup.pairs} pairs; budget 3 ms`,
);
for (const mode of values.mode.split(',')) {
  const figure = await measureMode(mode);
  figures.modes.push(figure);
  const [from, to] = figure.interval;
  console.log(
    `${mode}: ${figure.ratio.toFixed(4)} × the CPU time per request [95 %: ${from.toFixed(4)} – ${to.toFixed(4)}], ${figure.pairs} pairs, rounds ${figure.rounds.map((one) => one.toFixed(3)).join(' ')}; ` +
      `accounted by the agent itself ${(figure.accountedShare * 100).toFixed(2)} %; rss ${(figure.rssBytes / 1e6).toFixed(1)} MB more; budget ${mode === 'light' ? '1 %' : '8 %'}`,
  );
}
mkdirSync(join(here, 'results'), { recursive: true });
writeFileSync(join(here, 'results', `agent-${process.version}.json`), `${JSON.stringify(figures, null, 2)}\n`);
