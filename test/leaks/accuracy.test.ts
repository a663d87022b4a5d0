// A small part of the corpus, all at once, under the built package. The whole of it: `npm run accuracy`.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/wire/index.ts';
import { root, runCommand, testNode } from '../support/run-program.ts';
import { judgeRun, type Program, type Row } from './judge-run.mjs';
import { programs } from './manifest.mjs';

const leaking = [
  'closure-map',
  'listener-shared-bus',
  'promise-never-settles',
  'string-slices',
  'lru-forgets-the-map',
  'descriptor-open-sync',
];
const clean = [
  'cache-fills-early',
  'sessions-ttl-short',
  'sawtooth-buffer',
  'queue-walks',
  'listeners-removed',
  'descriptors-closed',
];
const seconds = 32;

const chosen = [...leaking.map((name) => `leaking/${name}`), ...clean.map((name) => `clean/${name}`)];
const rows = new Map<string, Row>();
let folder = '';

async function judge(program: Program): Promise<void> {
  const file = join(folder, `${program.name.replace('/', '-')}.json`);
  const watch = ['run', '--json', file, '--report-dir', folder, '--no-html', '--quiet', '--'];
  await runCommand(process.execPath, [join(root, 'dist/cli/bin.js'), ...watch, testNode, program.file, `--seconds=${seconds}`], {
    timeoutMs: 55_000,
  });
  const report = JSON.parse(await readFile(file, 'utf8')) as Report;
  rows.set(program.name, judgeRun(program, report));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leaks-test-'));
  await Promise.all(
    programs()
      .filter(({ name }) => chosen.includes(name))
      .map(judge),
  );
}, 60_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('the hunt', () => {
  test.each(leaking)('finds the leak of %s and names its place', (name) => {
    const row = rows.get(`leaking/${name}`);
    expect(row).toMatchObject({ suspect: true });
    expect(row?.suspectSite).toMatch(/right|near/);
  });

  test.each(clean)('calls nothing in %s a leak', (name) => {
    expect(rows.get(`clean/${name}`)).toMatchObject({ leak: false });
  });
});
