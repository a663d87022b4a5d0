// npm run bench:snapshot: heap snapshots read by ours, by memlab and by JSON.parse, each in a process of its own: CPU seconds and peak RSS.
//
//   node bench/snapshot.mjs                     a snapshot of 70 MB of live heap (140 MB of file on Node 20)
//   node bench/snapshot.mjs --live 1060         of about 2 GB; making it takes two minutes and 10 GB of memory, once
//   node bench/snapshot.mjs --file a.heapsnapshot
//   node bench/snapshot.mjs --agree             dominators and retained sizes per node beside memlab's as well
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { installPeers } from './peers.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, '../dist/snapshot');
/** Above this size a peer would not end, or need more memory than machines have. */
const mostForPeers = 700e6;

const heap = `
class User { constructor(i) { this.id = i; this.name = 'user-' + i; this.tags = ['a' + i, 'b' + i]; this.next = null; this.meta = { created: i * 1.5, seen: new Map([[i, { i }]]) } } }
const all = new Map(); globalThis.all = all; let last = null;
for (let i = 0; process.memoryUsage().heapUsed < +process.argv[1] * 1e6; ) {
  for (let k = 0; k < 1000; k++) {
    const user = new User(i++); user.next = last;
    if (i % 7 === 0) last = user;
    if (i % 1000 === 0) last = null;
    all.set(user.name, user);
    if (i % 3 === 0) user.on = () => user.id;
  }
}
gc();
require('v8').writeHeapSnapshot(process.argv[2]);`;

const cases = {
  async counts(file) {
    const { countByConstructor } = await import(join(dist, 'index.js'));
    const counted = await countByConstructor(file);
    return { users: counted.find(({ name }) => name === 'User')?.count };
  },
  async full(file) {
    const { readSnapshot } = await import(join(dist, 'index.js'));
    const snapshot = await readSnapshot(file);
    const classes = snapshot.classes();
    const paths = classes.slice(0, 20).map(({ biggest }) => snapshot.pathTo(biggest.id)?.length);
    return {
      users: classes.find(({ name }) => name === 'User')?.count,
      nodes: snapshot.nodeCount,
      edges: snapshot.edgeCount,
      paths: paths.length,
    };
  },
  async json(file) {
    const { readFileSync } = await import('node:fs');
    const { nodes, strings, snapshot } = JSON.parse(readFileSync(file, 'utf8'));
    const { length } = snapshot.meta.node_fields;
    let users = 0;
    for (let at = 0; at < nodes.length; at += length) if (nodes[at] === 3 && strings[nodes[at + 1]] === 'User') users += 1;
    return { users };
  },
  async memlab(file) {
    const graph = await memlabGraph(file);
    let users = 0;
    graph.nodes.forEach((node) => {
      if (node.name === 'User' && node.type === 'object') users += 1;
    });
    return { users };
  },
  async agree(file) {
    const { Analysis } = await import(join(dist, 'analysis.js'));
    const { readGraph } = await import(join(dist, 'graph/read-graph.js'));
    const { graph, dominators, retained } = new Analysis(await readGraph(file));
    let at = 0;
    let sameDominator = 0;
    let sameSize = 0;
    (await memlabGraph(file)).nodes.forEach((node) => {
      const dominator = dominators.of[at];
      const own = dominator === 0xffffffff ? undefined : graph.id[dominator];
      if (node.dominatorNode?.id === own) sameDominator += 1;
      if (node.retainedSize === retained[at]) sameSize += 1;
      at += 1;
    });
    return { nodes: at, sameDominator, sameSize };
  },
};

function memlabGraph(file) {
  const { getFullHeapFromFile } = createRequire(join(here, 'large/package.json'))('@memlab/heap-analysis');
  return getFullHeapFromFile(file);
}

/** Runs one case in a process of its own. */
function measured(name, file) {
  const script = fileURLToPath(import.meta.url);
  const { stdout, stderr, status, signal } = spawnSync(
    process.execPath,
    ['--max-old-space-size=8000', script, '--case', name, '--file', file],
    {
      encoding: 'utf8',
      timeout: 900_000,
    },
  );
  const line = stdout.trim().split('\n').at(-1) ?? '';
  return status === 0
    ? JSON.parse(line)
    : {
        name,
        failed:
          signal ??
          stderr
            .trim()
            .split('\n')
            .find((text) => /Error/.test(text)) ??
          status,
      };
}

const { values } = parseArgs({
  options: { live: { type: 'string' }, file: { type: 'string' }, case: { type: 'string' }, agree: { type: 'boolean' } },
});

if (values.case !== undefined) {
  const result = await cases[values.case](values.file);
  const { user, system } = process.cpuUsage();
  const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stdout.write(
    `\n${JSON.stringify({ name: values.case, cpuS: Math.round((user + system) / 1e4) / 100, peakMb, ...result })}\n`,
  );
  process.exit();
}

const folder = values.file === undefined ? mkdtempSync(join(tmpdir(), 'watertight-bench-')) : undefined;
const file = values.file ?? join(folder, 'made.heapsnapshot');
try {
  if (!existsSync(file)) {
    const flags = ['--expose-gc', `--max-old-space-size=${Number(values.live ?? 70) * 2 + 500}`, '-e', heap];
    const { status, stderr } = spawnSync(process.execPath, [...flags, values.live ?? '70', file], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`no snapshot could be made: ${stderr}`);
  }
  const bytes = statSync(file).size;
  const isHuge = bytes > mostForPeers;
  if (!isHuge) installPeers(join(here, 'large'));
  const names = ['counts', 'full', 'json', ...(isHuge ? [] : ['memlab']), ...(values.agree ? ['agree'] : [])];
  console.log(`a snapshot of ${Math.round(bytes / 1e6)} MB, Node ${process.version}; CPU s, peak RSS in MB`);
  const rows = names.map((name) => measured(name, file));
  for (const row of rows) console.log(JSON.stringify(row));
  mkdirSync(join(here, 'results'), { recursive: true });
  writeFileSync(
    join(here, 'results', `snapshot-${process.version}-${Math.round(bytes / 1e6)}mb.json`),
    `${JSON.stringify(rows, null, 2)}\n`,
  );
} finally {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}
