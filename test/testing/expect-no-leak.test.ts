import { EventEmitter } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { LeakFoundError, expectNoLeak } from '../../src/testing/index.ts';
import type { NoLeakOptions, Repeated } from '../../src/testing/index.ts';
import { root, runProgram } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';

interface Session {
  readonly id: number;
  readonly user: string;
}

let held: unknown[] = [];
let map = new Map<unknown, unknown>();
let bus = new EventEmitter();
const bounded = new Map<number, unknown>();
afterEach(() => {
  held = [];
  map = new Map();
  bus = new EventEmitter();
  bounded.clear();
});

function makeSession(id: number): Session {
  return { id, user: `user ${id}` };
}

function remember(id: number): void {
  map.set(id, makeSession(id));
}

function boundedTo(most: number): Repeated {
  return (n) => {
    const [oldest] = bounded.keys();
    if (bounded.size >= most && oldest !== undefined) bounded.delete(oldest);
    bounded.set(n, { n, row: new Array<number>(20).fill(n) });
  };
}

async function failureOf(task: Repeated, options?: NoLeakOptions): Promise<LeakFoundError> {
  const error: unknown = await expectNoLeak(task, options).catch((thrown: unknown) => thrown);
  if (error instanceof LeakFoundError) return error;
  throw new Error(`no leak was found: ${JSON.stringify(error)}`);
}

describe('leaks are found', () => {
  test.each<readonly [string, Repeated, RegExp]>([
    [
      'about 100 bytes a call',
      (n) => void held.push({ n, a: 1, b: 2, c: n + 0.5, d: n, e: n, f: n }),
      /expect-no-leak\.test\.ts:\d+:\d+/,
    ],
    ['objects in a map, two calls down', remember, /makeSession\(\)/],
    ['listeners', () => void bus.setMaxListeners(0).on('change', () => bus), /expect-no-leak\.test\.ts/],
    ['buffers', () => void held.push(Buffer.alloc(9_000)), /expect-no-leak\.test\.ts/],
    ['strings', (n) => void held.push(`some text ${n} that is longer than thirteen`), /expect-no-leak\.test\.ts/],
    ['one call in twenty', (n) => n % 20 === 0 && held.push(new Array(100).fill(n)), /expect-no-leak\.test\.ts/],
    ['an async function', async (n) => Promise.resolve(n).then((id) => remember(id)), /makeSession\(\)/],
    [
      'beside much garbage',
      (n) => {
        Array.from({ length: 3_000 }, (_, i) => ({ i }));
        remember(n);
      },
      /makeSession\(\)/,
    ],
  ])('%s', async (name, task, site) => {
    const error = await failureOf(task, { name });
    expect(error).toMatchObject({ code: 'WT_LEAK_FOUND', report: { calls: 1_000 } });
    expect(error.message.split('\n')[0]).toMatch(new RegExp(`^${name} leaks: .* more in use with each call$`));
    expect(error.message).toMatch(site);
    expect(error.report.liveBytes).toHaveLength(21);
  });

  test('and the line is the one in the source, with who called it', async () => {
    const { report } = await failureOf(remember);
    expect(report.kept[0]?.site).toEqual({
      file: 'test/testing/expect-no-leak.test.ts',
      line: lineOf('function makeSession'),
      column: expect.any(Number) as number,
      function: 'makeSession',
      package: null,
    });
    expect(report.kept[0]?.calledFrom.map(({ function: name }) => name)).toContain('remember');
    expect(report.kept[0]?.bytesPerCall).toBeGreaterThan(40);
    expect(report.kept[0]?.bytesPerCall).toBeLessThan(400);
  });

  test('memory outside of the heap has no line, and is found', async () => {
    // One small object per buffer, 300 KB each.
    const error = await failureOf((n) => n % 5 === 0 && held.push(new ArrayBuffer(300_000)));
    expect(error.message).toMatch(/leaks: .* KB more in use with each call/);
  });
});

function lineOf(text: string): number {
  const source = readFileSync(import.meta.filename, 'utf8');
  return source.slice(0, source.indexOf(text)).split('\n').length;
}

describe('what does not leak passes', () => {
  test.each<readonly [string, Repeated]>([
    ['small garbage', () => Array.from({ length: 100 }, (_, i) => ({ i })).length],
    ['much garbage', () => Array.from({ length: 10_000 }, (_, i) => ({ i })).length],
    ['JSON', (n) => JSON.parse(JSON.stringify({ n, list: [1, 2, 3], text: 'x'.repeat(100) }))],
    ['an async function', async (n) => Promise.resolve([n]).then((list) => list.map((x) => ({ x })))],
    ['promises that never settle and nobody holds', async () => Promise.race([new Promise(() => undefined), Promise.resolve(1)])],
    ['a cache that filled while it warmed up', boundedTo(100)],
    ['a cache that fills in the first rounds', boundedTo(400)],
    ['expressions made from 50 texts', (n) => new RegExp(`a${n % 50}`).test('abc')],
    // oxlint-disable-next-line typescript/no-implied-eval -- code made at run time is what is tested
    ['functions made from text', (n) => (new Function('a', `return a + ${n}`) as (a: number) => number)(1)],
    ['weak maps', (n) => new WeakMap([[{}, new Array(50).fill(n)]])],
    ['formats that Node caches', (n) => new Intl.NumberFormat('de', { maximumFractionDigits: n % 5 }).format(n)],
    [
      'listeners that are removed',
      () => {
        const listener = (): EventEmitter => bus;
        bus.on('change', listener).off('change', listener);
      },
    ],
  ])('%s', async (_, task) => {
    const report = await expectNoLeak(task);
    expect(report.kept).toEqual([]);
    expect(report.leastSeenPerCall).toBeLessThan(100);
  });
});

test('a cache that fills all the while looks like a leak, and passes once it has warmed up', async () => {
  const cache = boundedTo(3_000);
  expect((await failureOf(cache)).message).toMatch(/a cache that is still filling looks the same: .*`warmUp`/);
  bounded.clear();
  await expect(expectNoLeak(cache, { warmUp: 3_000 })).resolves.toMatchObject({ kept: [] });
});

test('calls are numbered, warm-up first, and an error of the function passes', async () => {
  const calls: number[] = [];
  await expectNoLeak((n) => void (calls[n] = (calls[n] ?? 0) + 1), { iterations: 64, warmUp: 10 });
  expect(calls).toEqual(new Array(74).fill(1));
  const fault = new Error('own');
  await expect(
    expectNoLeak(() => {
      throw fault;
    }),
  ).rejects.toBe(fault);
  await expect(expectNoLeak(() => Promise.reject(fault), { warmUp: 0 })).rejects.toBe(fault);
});

test.each([
  [undefined, {}, /first argument must be a function/],
  [() => 1, { iteration: 5 }, /no option `iteration`; did you mean `iterations`/],
  [() => 1, { iterations: 5 }, /`iterations` must be a whole number from 64/],
])('refuses wrong options %#', async (task, options, message) => {
  await expect(expectNoLeak(task as Repeated, options as NoLeakOptions)).rejects.toMatchObject({
    code: 'WT_INVALID_OPTION',
    message: expect.stringMatching(message) as string,
  });
});

test('works under node:test, with the line of the source', async () => {
  const folder = tempFolder();
  const file = join(folder, 'sessions.test.mjs');
  const testing = pathToFileURL(join(root, 'dist/testing/index.js')).href;
  writeFileSync(
    file,
    `import { test } from 'node:test';
import { expectNoLeak } from '${testing}';
const sessions = new Map();
function login(id) {
  sessions.set(id, { id, name: 'user ' + id });
}
test('leaves nothing behind', () => expectNoLeak((n) => { login(n); sessions.delete(n); }));
test('forgets nobody', () => expectNoLeak(login));
`,
  );
  const end = await runProgram(file, { nodeArgs: ['--test', '--test-reporter=tap'], cwd: folder, timeoutMs: 50_000 });
  expect(end.stdout).toMatch(/^ {0,4}ok 1 - leaves nothing behind$/m);
  expect(end.stdout).toMatch(/^ {0,4}not ok 2 - forgets nobody$/m);
  expect(end.stdout).toMatch(/login leaks: .* more in use with each call/);
  expect(end.stdout).toMatch(/sessions\.test\.mjs:4:15 login\(\) keeps about .* per call/);
});
