import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root, runProgram } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { makeRun, ofKind, readOnlyThread, readThreads, rowsOf } from './support/agent.ts';
import { installPackages, packageFile } from './support/packages.ts';

/** Leaks; ends when two collections were forced, or after `ms`. */
const leak = (ms: number): string => `import fs from 'node:fs'; const dir = process.env.WATERTIGHT_RUN;
  const kept = []; setInterval(() => { for (let i = 0; i < 300; i += 1) kept.push({ i, text: 'x'.repeat(i % 50) }); }, 20);
  setInterval(() => { if (fs.readFileSync(dir + '/' + fs.readdirSync(dir)[0], 'utf8').split('"f",').filter((part) => /^\\d+,\\d+,\\d+]/.test(part)).length >= 2) process.exit(); }, 200);
  setTimeout(() => process.exit(), ${ms});`;
const leaking = leak(5200);
/** Takes 40 requests, 20 of them at first, and ends when all were counted. */
const serving = `import fs from 'node:fs'; import http from 'node:http'; const dir = process.env.WATERTIGHT_RUN;
  const told = () => fs.readFileSync(dir + '/' + fs.readdirSync(dir)[0], 'utf8');
  const server = http.createServer((request, response) => response.end()).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const ask = async () => { for (let n = 0; n < 20; n += 1) await (await fetch('http://127.0.0.1:' + server.address().port)).text(); };
  await ask();
  let again = false;
  setInterval(() => {
    if (!again && told().includes('["q",')) { again = true; void ask(); }
    if (/\\["q",\\d+,40\\]/.test(told())) process.exit();
  }, 100);
  setTimeout(() => process.exit(), 40_000);`;

async function record(source: string, options = '') {
  const run = makeRun(options);
  const end = await runProgram(source, { env: run.env, timeoutMs: 55_000 });
  expect(end.stderr).toBe('');
  return readOnlyThread(run.directory);
}

/** Two within 45 s; fewer only where a busy machine made one so long that two percent of the time have no room for the next. */
function expectTwo(forced: readonly (readonly [kind: string, tMs: number, how: string, pauseUs: number, ...unknown[]])[]): void {
  const next = forced.map(([, tMs, , pauseUs]) => tMs + pauseUs / 20);
  expect(
    forced.length >= 2 || (next[0] ?? 0) > 40_000,
    `${forced.length} collections, the next due at ${String(next[0])} ms`,
  ).toBe(true);
}

describe('figures of a thread', () => {
  test('samples each second, live sizes after forced collections, the limit of the heap', async () => {
    const thread = await record(leak(48_000));
    const samples = ofKind(thread, 's');
    expect(samples.length).toBeGreaterThanOrEqual(6);
    for (const [, , rss, used, total, external, buffers, , cpu] of samples) {
      expect(rss).toBeGreaterThan(total);
      expect(total).toBeGreaterThanOrEqual(used);
      expect(external).toBeGreaterThanOrEqual(buffers);
      expect(cpu).toBeGreaterThan(0);
    }
    expect(samples.some((sample) => (sample[7] ?? 0) > 10)).toBe(process.platform === 'linux');
    const forced = ofKind(thread, 'g').filter((collection) => collection[2] === 'f');
    expectTwo(forced);
    expect(forced.map((collection) => collection[4])).toEqual(forced.map((collection) => collection[4]).sort((a, b) => a - b));
    expect(ofKind(thread, 'h').map((limit) => limit[2] > 1e8)).toEqual([true]);
  });

  test.each(['gc=0', 'mode=light'])('with %s no collection is forced', async (options) => {
    const thread = await record(leaking, options);
    expect(ofKind(thread, 'g').filter((collection) => collection[2] === 'f')).toEqual([]);
  });

  test('the requests that its servers took in', async () => {
    const thread = await record(serving);
    const requests = ofKind(thread, 'q');
    expect(requests.at(-1)?.[2]).toBe(40);
    expect(requests.map(([, , count]) => count)).toEqual(requests.map(([, , count]) => count).sort((a, b) => a - b));
  });

  test('a collection that would take too long is left out, and that is said once', async () => {
    const thread = await record(leaking, 'maxPauseMs=0.5');
    expect(ofKind(thread, 'g').filter((collection) => collection[2] === 'f')).toEqual([]);
    expect(ofKind(thread, '!').map((note) => note[2])).toEqual(['skipped']);
  });

  test('on a large heap collections go on, more rarely, and that is said', async () => {
    const thread = await record(
      `const kept = Array.from({ length: 3_000_000 }, (_, i) => ({ i, next: { i } })); setInterval(() => { for (let i = 0; i < 2000; i += 1) kept.push({ i, next: { i } }); }, 20);
      const fs = await import('node:fs'); const dir = process.env.WATERTIGHT_RUN;
      setInterval(() => { if (fs.readFileSync(dir + '/' + fs.readdirSync(dir)[0], 'utf8').split('\\n').filter((line) => /^\\["g",\\d+,"f"/.test(line)).length >= 2) process.exit(); }, 500);
      setTimeout(() => process.exit(), 45_000);`,
      'sampling=0',
    );
    const forced = ofKind(thread, 'g').filter((collection) => collection[2] === 'f');
    expectTwo(forced);
    expect(forced.every((collection) => collection[4] > 4e7)).toBe(true);
    const gaps = forced.slice(1).map((collection, index) => collection[1] - (forced[index]?.[1] ?? 0));
    for (const [index, gap] of gaps.entries()) if ((forced[index]?.[3] ?? 0) > 50_000) expect(gap).toBeGreaterThanOrEqual(3000);
    expect(
      ofKind(thread, '!')
        .map((note) => note[3])
        .join(),
    ).toContain('forced more rarely above');
  });

  test('natural collections are seen with what they left', async () => {
    const thread = await record(
      `import fs from 'node:fs'; const dir = process.env.WATERTIGHT_RUN; let kept = [];
      const fill = setInterval(() => { kept = Array.from({ length: 400_000 }, (_, i) => ({ i })); }, 5);
      const look = setInterval(() => { if (/^\\["g",\\d+,"n"/m.test(fs.readFileSync(dir + '/' + fs.readdirSync(dir)[0], 'utf8'))) end(); }, 200);
      const last = setTimeout(() => end(), 45_000);
      const end = () => { clearInterval(fill); clearInterval(look); clearTimeout(last); };`,
      'gc=0',
    );
    const natural = ofKind(thread, 'g');
    expect(natural.length).toBeGreaterThan(0);
    for (const [, , how, pauseUs, heapUsed] of natural) {
      expect(how).toBe('n');
      expect(pauseUs).toBeGreaterThan(0);
      expect(heapUsed).toBeGreaterThan(1e6);
    }
    expect(ofKind(thread, 'G').at(-1)?.[4]).toBe(natural.length);
  });

  test('positions are mapped by the source maps of the program', async () => {
    installPackages();
    const folder = tempFolder();
    writeFileSync(
      join(folder, 'main.ts'),
      `interface Unused { readonly a: string }\n\nsetInterval(() => {}, 1e6 as number);\nsetTimeout(() => process.exit(), 200);\n`,
    );
    const run = makeRun();
    const end = await runProgram(join(folder, 'main.ts'), {
      env: run.env,
      nodeArgs: ['--import', packageFile('tsx/dist/loader.mjs')],
    });
    expect(end.stderr).toBe('');
    const [thread] = readThreads(run.directory);
    if (!thread) throw new Error('no data file');
    const mapped = ofKind(thread, 'm').map(([, , , source, line]) => `${source.split('/').at(-1) ?? ''}:${line}`);
    expect(mapped).toContain('main.ts:3');
  });

  test('resources of a registry are recorded, and the row of the same handle turns owned', async () => {
    const thread = await record(`import { ResourceRegistry, defineKind } from ${JSON.stringify(join(root, 'dist/core/index.js'))};
      import { createServer } from 'node:net';
      const kind = defineKind({ type: 'server', release: () => { throw new Error('token=abc'); } });
      const registry = new ResourceRegistry({ name: 'app' });
      const server = createServer().listen(0, '127.0.0.1');
      const guard = registry.register(server, kind, { name: 'web' });
      const fs = await import('node:fs'); const dir = process.env.WATERTIGHT_RUN;
      const look = setInterval(async () => {
        if (!fs.readFileSync(dir + '/' + fs.readdirSync(dir)[0], 'utf8').includes('\\n["O"')) return;
        clearInterval(look); await guard.release(); server.close();
      }, 50);`);
    const owned = ofKind(thread, 'o').map((event) => event.slice(2));
    const id = owned[0]?.[1];
    const line: unknown = expect.stringMatching(/:6:\d+$/);
    expect(owned).toEqual([
      ['registered', id, 'server', 'web', line, null, null],
      ['releasing', id, 'server', 'web', line, 'closed', null],
      ['failed', id, 'server', 'web', line, 'closed', 'token=***'],
    ]);
    const row = rowsOf(thread).find(({ type }) => type === 'server');
    expect(ofKind(thread, 'O').map((record_) => record_.slice(2))).toEqual([[row?.id, id]]);
  });
});

describe('the data file is bounded', () => {
  test('at its bound its older half is thinned; what is still open and how it went stays', async () => {
    const program = `import fs from 'node:fs'; const dir = process.env.WATERTIGHT_RUN; const file = () => dir + '/' + fs.readdirSync(dir).find((name) => name.endsWith('.wt'));
      setInterval(() => {}, 1e6).unref();
      const until = (test) => new Promise((done) => { const look = () => (test() ? done() : setTimeout(look, 50)); look(); });
      await until(() => fs.readFileSync(file(), 'utf8').includes('"interval"'));
      const { channel } = await import('node:diagnostics_channel');
      let id = 0; const filler = setInterval(() => { for (let i = 0; i < 500; i += 1) channel('watertight:v1:resource').publish({ kind: 'failed', id: (id += 1), type: 'file', error: { message: 'long words '.repeat(25) } }); }, 20);
      await until(() => fs.readFileSync(file(), 'utf8').includes('"thinned"'));
      clearInterval(filler);`;
    const run = makeRun('gc=0,maxFileBytes=1000000');
    const end = await runProgram(program, { env: run.env, timeoutMs: 55_000 });
    expect(end.stderr).toBe('');
    const thread = readOnlyThread(run.directory);
    const [name = ''] = readdirSync(run.directory);
    expect(statSync(join(run.directory, name)).size).toBeLessThan(1_000_000);
    expect(rowsOf(thread).filter((row) => row.type === 'interval' && row.detail === '1000000 ms')).toHaveLength(1);
  });
});

describe('the agent makes nothing grow', () => {
  const churnMs = Number(process.env['WATERTIGHT_CHURN_MS'] ?? 20_000);

  test(
    'handles opened and closed leave its tables and the heap where they were',
    async () => {
      const run = makeRun('debug=1');
      const end = await runProgram('test/programs/agent-churn.cjs', {
        env: { ...run.env, CHURN_MS: String(churnMs), TMPDIR: tempFolder() },
        nodeArgs: ['--expose-gc'],
        timeoutMs: churnMs * 2 + 30_000,
      });
      expect(end.stderr).toBe('');
      const { rounds, before, after } = JSON.parse(end.stdout) as { rounds: number; before: number; after: number };
      // A row forgotten per handle would be 2 KB or more in each round.
      expect(rounds).toBeGreaterThan(300);
      expect((after - before) / rounds).toBeLessThan(600);
      const [name = ''] = readdirSync(run.directory);
      const tables = readFileSync(join(run.directory, name), 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('["D"'))
        .map((line) => JSON.parse(line) as readonly [string, number, rows: number, sites: number]);
      expect(tables.at(-1)?.[2]).toBeLessThan(20);
      expect(tables.at(-1)?.[3]).toBeLessThan(100);
    },
    churnMs * 2 + 40_000,
  );
});
