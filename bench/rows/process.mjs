import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as wait } from 'node:timers/promises';
import { ownProcess } from '../../dist/process/index.js';
import { median } from '../measure.mjs';

const rounds = 15;
const processes = 7;
const patienceMs = 1_000;
/** A shell with five children, and one that was forked twice into a session of its own: no walk from parent to child finds it. */
const script = `
for n in 1 2 3 4 5; do sh -c 'echo $$; exec sleep 600' & done
(setsid sh -c 'echo $$; exec sleep 600' &)
echo $$
wait
`;

function runs(pid) {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !/^[ZX]/.test(line.slice(line.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}

async function pidsOf(child) {
  let text = '';
  child.stdout.on('data', (part) => (text += part));
  for (;;) {
    const pids = text.split('\n').slice(0, -1).map(Number);
    if (pids.length === processes) return pids;
    await wait(2);
  }
}

/** Until everything is gone, or for how long what is left stays. */
async function timeOf({ child, stop }) {
  const pids = await pidsOf(child);
  const begun = performance.now();
  await stop();
  while (pids.some(runs) && performance.now() - begun < patienceMs) await wait(1);
  const ms = performance.now() - begun;
  const left = pids.filter(runs);
  for (const pid of left) process.kill(pid, 'SIGKILL');
  return { ms, left: left.length };
}

async function cases() {
  const treeKill = createRequire(import.meta.url)('tree-kill');
  const { execa } = await import('execa');
  const stdio = ['ignore', 'pipe', 'ignore'];
  const plain = () => spawn('sh', ['-c', script], { stdio });
  return [
    [
      'watertight stop(), verified',
      async () => {
        const owned = await ownProcess('sh', ['-c', script], { stdio });
        return { child: owned.child, stop: () => owned.stop({ reapGraceMs: 0 }) };
      },
    ],
    [
      'tree-kill',
      () => {
        const child = plain();
        return { child, stop: () => new Promise((resolve) => treeKill(child.pid, 'SIGTERM', resolve)) };
      },
    ],
    [
      'execa kill()',
      () => {
        const child = execa('sh', ['-c', script], { stdio, reject: false, buffer: false });
        // It waits for the output of what it left; only the end of its own child counts here.
        return { child, stop: () => new Promise((resolve) => child.once('exit', resolve) && child.kill()) };
      },
    ],
  ];
}

/** What is left over counts with the whole patience. */
export const processTree = {
  title: 'process tree: end 7 processes, one of them forked twice, until all are gone (1 000: never)',
  unit: 'ms',
  async measure() {
    const found = await cases();
    const samples = new Map(found.map(([name]) => [name, []]));
    for (let round = 0; round < rounds; round++)
      for (const [name, start] of found) samples.get(name).push(await timeOf(await start()));
    return found.map(([name], index) => {
      const times = samples.get(name).map(({ ms }) => ms);
      const left = Math.max(...samples.get(name).map((one) => one.left));
      return {
        name: `${String(name)}: left ${left}`,
        ours: index === 0,
        value: median(times),
        low: Math.min(...times),
        high: Math.max(...times),
      };
    });
  },
};
