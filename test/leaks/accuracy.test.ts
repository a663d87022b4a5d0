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
/** In 32 s there are 15 polls. Where the machine was too busy for this many, a leak that was not found is looked for again, for longer. */
const enoughPolls = 12;
const longestSeconds = 4 * seconds;

const chosen = [...leaking.map((name) => `leaking/${name}`), ...clean.map((name) => `clean/${name}`)];
const rows = new Map<string, Row>();
let folder = '';

async function watch(program: Program, forSeconds: number): Promise<Report> {
  const file = join(folder, `${program.name.replace('/', '-')}.json`);
  const options = ['run', '--json', file, '--report-dir', folder, '--no-html', '--quiet', '--'];
  const command = [join(root, 'dist/cli/bin.js'), ...options, testNode, program.file, `--seconds=${forSeconds}`];
  await runCommand(process.execPath, command, { timeoutMs: (forSeconds + 60) * 1000 });
  return JSON.parse(await readFile(file, 'utf8')) as Report;
}

async function judge(program: Program, forSeconds: number = seconds): Promise<void> {
  const report = await watch(program, forSeconds);
  const row = judgeRun(program, report);
  const isMissed = program.label === 'leaking' && !row.suspect;
  const wasTooBusy = report.cost.forcedCollections < enoughPolls;
  if (isMissed && wasTooBusy && forSeconds < longestSeconds) return judge(program, 2 * forSeconds);
  rows.set(program.name, row);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leaks-test-'));
  await Promise.all(
    programs()
      .filter(({ name }) => chosen.includes(name))
      .map((program) => judge(program)),
  );
}, 600_000);

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
