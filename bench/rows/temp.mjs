import { mkdirSync, mkdtempSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ResourceRegistry } from '../../dist/core/index.js';
import { configureTemp, ownerRoot, removalsDone, tempDirectory } from '../../dist/temp/index.js';
import { measure, median } from '../measure.mjs';

const per = 50;
const standing = 20_000;
const base = mkdtempSync(join(tmpdir(), 'watertight-bench-'));
process.once('exit', () => rmSync(base, { recursive: true, force: true }));
configureTemp({ directory: base, sweep: false });

/** Loaded when the row runs: the peers take the folder for temporary things from the environment. */
async function peers() {
  process.env.TMPDIR = base;
  const { default: tmp } = await import('tmp');
  const { temporaryDirectory } = await import('tempy');
  return { tmp, temporaryDirectory };
}

/**
 * 20 000 directories of each sort stay. mkdtemp works in the same parent as ours: where a file system puts a directory, and what that costs, depends
 * on the parent's neighbourhood on the disk.
 */
async function cases() {
  const { tmp, temporaryDirectory } = await peers();
  const registry = new ResourceRegistry();
  const root = ownerRoot().path;
  for (let i = 0; i < standing; i++) {
    tempDirectory({ owner: registry });
    tmp.dirSync();
    temporaryDirectory();
  }
  const options = { owner: registry };
  const times = (one) => () => {
    for (let i = 0; i < per; i++) one();
  };
  return [
    { name: 'watertight tempDirectory + dispose', ours: true, per, run: times(() => tempDirectory(options)[Symbol.dispose]()) },
    { name: 'fs.mkdtempSync + rmdirSync', per, run: times(() => rmdirSync(mkdtempSync(join(root, 'x-')))) },
    {
      name: 'fs.mkdtempSync + rmSync recursive',
      per,
      run: times(() => rmSync(mkdtempSync(join(root, 'x-')), { recursive: true })),
    },
    { name: 'tmp.dirSync + removeCallback', per, run: times(() => tmp.dirSync().removeCallback()) },
    { name: 'tempy.temporaryDirectory + rmSync', per, run: times(() => rmSync(temporaryDirectory(), { recursive: true })) },
  ];
}

const most = 1.3;
let mkdtempNs;

/** An empty directory comes and goes among 20 000 others. Ours has a row with a probe besides. */
export const temp = {
  title: `temp: create + remove a directory, ${standing} live`,
  unit: 'ns of CPU',
  note: `budget: ${most} × mkdtempSync + rmdirSync of this run`,
  get budget() {
    return mkdtempNs === undefined ? undefined : Math.round(most * mkdtempNs);
  },
  async measure() {
    const results = await measure(await cases(), { rounds: 5, chunks: 3 });
    mkdtempNs = results[1].value;
    return results;
  },
};

function fill(path) {
  for (let i = 0; i < 20; i++) {
    mkdirSync(join(path, String(i)));
    for (let j = 0; j < 100; j++) writeFileSync(join(path, String(i), String(j)), 'x');
  }
  return path;
}

/** Wall-clock milliseconds until the caller goes on. */
async function waited(make, remove) {
  const thing = make();
  const start = performance.now();
  await remove(thing);
  return performance.now() - start;
}

/** What the caller waits for; ours removes the tree in the background and looks that it has gone. */
export const tempTree = {
  title: 'temp: removing a tree of 2 000 files, latency for the caller',
  unit: 'ms',
  budget: 1,
  async measure() {
    const { tmp } = await peers();
    const registry = new ResourceRegistry();
    const plain = () => fill(mkdtempSync(join(base, 'tree-')));
    const ways = [
      {
        name: 'watertight tempDirectory: release',
        ours: true,
        make: () => {
          const directory = tempDirectory({ owner: registry });
          fill(directory.path);
          return directory;
        },
        remove: (directory) => directory.release(),
        after: removalsDone,
      },
      { name: 'fs.rmSync recursive', make: plain, remove: (path) => rmSync(path, { recursive: true }) },
      { name: 'fs.promises.rm recursive', make: plain, remove: (path) => rm(path, { recursive: true }) },
      {
        name: 'tmp.dirSync unsafeCleanup: removeCallback',
        make: () => {
          const directory = tmp.dirSync({ unsafeCleanup: true });
          fill(directory.name);
          return directory;
        },
        remove: (directory) => directory.removeCallback(),
      },
    ].map((way) => ({ ...way, samples: [] }));
    for (let round = 0; round < 7; round++) {
      for (const { make, remove, after, samples } of ways) {
        samples.push(await waited(make, remove));
        await after?.();
      }
    }
    return ways.map(({ name, ours, samples }) => {
      const sorted = samples.toSorted((a, b) => a - b);
      return { name, ours: ours === true, value: median(samples), low: sorted[0], high: sorted.at(-1) };
    });
  },
};
