import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SurvivorSeries } from '../../src/leak/survivors.ts';
import { FileTail } from '../../src/watch/data/file-tail.ts';
import type { ThreadData } from '../../src/watch/data/thread-data.ts';
import { root, runProgram } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { makeRun } from './support/agent.ts';
import { installPackages, packageFile } from './support/packages.ts';

interface Plan {
  readonly options?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeArgs?: readonly string[];
  readonly program?: string;
}

const timeoutMs = 70_000;

async function leakWith({ options = '', env = {}, nodeArgs = [], program = 'test/programs/agent-leak.cjs' }: Plan = {}) {
  const run = makeRun(options);
  const end = await runProgram(program, { env: { ...run.env, ...env }, nodeArgs, timeoutMs });
  return { end, threads: threadsOf(run.directory) };
}

function threadsOf(directory: string): readonly ThreadData[] {
  const names = readdirSync(directory).filter((name) => name.endsWith('.wt'));
  return names.flatMap((name) => {
    const tail = new FileTail(join(directory, name));
    tail.poll();
    expect(tail.problem).toBeUndefined();
    return tail.thread ?? [];
  });
}

/** What lives at the end of a series, by ordinal. Fails where somebody dies who was not born. */
function survivorsOf(series: SurvivorSeries): ReadonlyMap<number, number> {
  const living = new Map<number, number>();
  for (const poll of series.polls) {
    for (const { ordinal, stack } of poll.born) living.set(ordinal, stack);
    expect(poll.died.filter((ordinal) => !living.delete(ordinal))).toEqual([]);
  }
  return living;
}

function pathOf(series: SurvivorSeries, stack: number): readonly string[] {
  const names: string[] = [];
  for (let at = stack; at >= 0;) {
    const node = series.stacks[at];
    const frame = series.functions[node?.frame ?? -1];
    names.push(frame === undefined ? '?' : `${frame.name} ${frame.url.split('/').at(-1) ?? ''}`);
    at = node?.parent ?? -1;
  }
  return names;
}

/** Share of the survivors that were allocated below this function. */
function shareBelow(series: SurvivorSeries, name: string): number {
  const paths = [...survivorsOf(series).values()].map((stack) => pathOf(series, stack));
  return paths.length === 0 ? 0 : paths.filter((path) => path.includes(name)).length / paths.length;
}

function lastSeries(thread: ThreadData | undefined): SurvivorSeries {
  const series = thread?.survivors.windows.findLast(({ why }) => why !== 'buffers')?.series;
  if (series === undefined) throw new Error('nothing was sampled');
  return series;
}

describe('sampled allocations', { timeout: timeoutMs + 10_000 }, () => {
  test('of a program that leaks: what survives was allocated by the function that leaks', async () => {
    const { end, threads } = await leakWith({ nodeArgs: ['--no-turbo-inlining', '--no-maglev-inlining'] });
    expect(end).toMatchObject({ code: 0, stderr: '' });
    const series = lastSeries(threads[0]);
    expect(series.intervalBytes).toBe(8_192);
    expect(series.polls.length).toBeGreaterThanOrEqual(3);
    expect(survivorsOf(series).size).toBeGreaterThan(20);
    expect(shareBelow(series, 'leak agent-leak.cjs')).toBeGreaterThan(0.8);
    expect(series.functions.filter(({ url }) => url.includes('dist/agent'))).toEqual([]);
    expect(series.functions.find(({ name }) => name === 'leak')).toMatchObject({ line: 10, url: expect.stringMatching(/^\//) });
    const clocks = series.polls.map(({ clock }) => clock);
    expect(clocks).toEqual(clocks.toSorted((a, b) => a - b));
    // A poll is a collection: there are no others beside it.
    expect(threads[0]?.forced.count).toBe(series.polls.length);
  });

  test('of a program with a large heap, which goes on meanwhile', async () => {
    const { end, threads } = await leakWith({
      env: { AGENT_LEAK_POLLS: '2' },
      nodeArgs: ['--require', join(root, 'test/programs/large-heap.cjs')],
    });
    expect(end).toMatchObject({ code: 0, stderr: '' });
    const series = lastSeries(threads[0]);
    expect(series.polls.at(-1)?.heapUsedBytes).toBeGreaterThan(40e6);
    expect(shareBelow(series, 'work agent-leak.cjs')).toBeGreaterThan(0.3);
    expect(threads[0]?.forced.count).toBe(series.polls.length);
  });

  test('of a program that allocates very much: a longer interval, and what leaks is seen with it', async () => {
    const { end, threads } = await leakWith({
      env: { AGENT_LEAK_POLLS: '5' },
      nodeArgs: ['--require', join(root, 'test/programs/much-garbage.cjs')],
    });
    expect(end).toMatchObject({ code: 0, stderr: '' });
    const windows = threads[0]?.survivors.windows ?? [];
    const last = windows.at(-1);
    expect(windows.length).toBeGreaterThanOrEqual(2);
    expect(windows[0]).toMatchObject({ why: 'hunt', series: { intervalBytes: 8_192 } });
    for (const { ended } of windows.slice(0, -1))
      expect(ended).toMatch(/^goes on with one sample per (?:32|64|128) KiB: \d+ samples a second cost too much$/);
    expect(last).toMatchObject({ why: 'hunt', ended: null });
    expect(last?.series.intervalBytes).toBeGreaterThanOrEqual(65_536);
    expect(shareBelow(lastSeries(threads[0]), 'work agent-leak.cjs')).toBeGreaterThan(0.8);
  });

  test('leave optimized code alone, also of classes of which no object lives at a poll', async () => {
    const run = makeRun('');
    const end = await runProgram('test/programs/agent-bursts.cjs', { env: run.env, nodeArgs: ['--trace-deopt'], timeoutMs });
    expect(end).toMatchObject({ code: 0, stderr: '' });
    const thrownAway = end.stdout.split('\n').filter((line) => line.includes('weak objects') && line.includes(' burst>'));
    // Each poll that marks by itself throws it away; on a busy machine one in a while may have to.
    expect(thrownAway.length).toBeLessThanOrEqual(2);
  });

  test('of a worker: each thread has a sampler of its own', async () => {
    const { end, threads } = await leakWith({ env: { AGENT_LEAK_WHERE: 'worker', AGENT_LEAK_POLLS: '2' } });
    expect(end).toMatchObject({ code: 0, stderr: '' });
    const worker = threads.find(({ header }) => header.tid > 0);
    expect(shareBelow(lastSeries(worker), 'work agent-leak.cjs')).toBeGreaterThan(0.8);
    const main = threads.find(({ header }) => header.tid === 0);
    expect(shareBelow(lastSeries(main), 'work agent-leak.cjs')).toBe(0);
  });

  test('of a cluster: each process', async () => {
    const { end, threads } = await leakWith({ env: { AGENT_LEAK_WHERE: 'cluster', AGENT_LEAK_POLLS: '2' } });
    expect(end).toMatchObject({ code: 0, stderr: '' });
    const leaking = threads.filter((thread) => shareBelow(lastSeries(thread), 'work agent-leak.cjs') > 0.8);
    expect(leaking).toHaveLength(2);
  });

  test('are on disk when the program is killed', async () => {
    const { end, threads } = await leakWith({ env: { AGENT_LEAK_END: 'kill' } });
    expect(end.signal).toBe('SIGKILL');
    expect(survivorsOf(lastSeries(threads[0])).size).toBeGreaterThan(20);
  });

  test('can be read after the file was thinned', async () => {
    const { end, threads } = await leakWith({
      options: 'maxFileBytes=12000',
      program: `import { readdirSync, readFileSync } from 'node:fs';
        const folder = process.env.WATERTIGHT_RUN;
        const kept = [];
        const keep = () => { for (let at = 0; at < 100; at += 1) kept.push({ at, parts: [at, at] }); if (kept.length > 20000) kept.splice(0, 5000); };
        const thinned = () => readFileSync(folder + '/' + readdirSync(folder).find((name) => name.endsWith('.wt')), 'utf8').match(/"thinned"/g) ?? [];
        setInterval(keep, 10);
        setInterval(() => { if (thinned().length >= 2) process.exit(0); }, 500);
        setTimeout(() => process.exit(3), 60000);`,
    });
    expect(end).toMatchObject({ code: 0, stderr: '' });
    const series = lastSeries(threads[0]);
    expect(shareBelow(series, 'keep [eval1]')).toBeGreaterThan(0.5);
    const clocks = series.polls.map(({ clock }) => clock);
    expect(clocks).toEqual(clocks.toSorted((a, b) => a - b));
  });

  test.each(['sampling=0', 'gc=0'])('are not taken with %s', async (options) => {
    const { end, threads } = await leakWith({
      options,
      program: `const kept = []; setInterval(() => kept.push({}), 10);
        setTimeout(() => process.exit(0), 2500);`,
    });
    expect(end).toMatchObject({ code: 0, stderr: '' });
    expect(threads[0]?.survivors.windows).toEqual([]);
  });

  test('above the pause limit there is no poll, and the report is told', async () => {
    const { threads } = await leakWith({
      options: 'maxPauseMs=1',
      program: `const kept = []; setInterval(() => kept.push({}), 10);
        setTimeout(() => process.exit(0), 3500);`,
    });
    expect(threads[0]?.survivors.windows[0]?.series.polls).toEqual([]);
    expect(threads[0]?.notes.map(([, , code, text]) => `${code}: ${text}`)).toContainEqual(
      expect.stringMatching(/^skipped: collections were not forced above .* each might take more than 1 ms/),
    );
  });
});

describe('in light mode', { timeout: timeoutMs + 10_000 }, () => {
  test('sampling begins when the heap stays above all it ever was, and says why', async () => {
    const { end, threads } = await leakWith({ options: 'mode=light', env: { AGENT_LEAK_POLLS: '2' } });
    expect(end).toMatchObject({ code: 0, stderr: '' });
    const [window] = threads[0]?.survivors.windows ?? [];
    expect(window?.why).toMatch(/^for 10 s old space was above all before: [\d.]+ MB or more$/);
    expect(window?.fromMs).toBeGreaterThanOrEqual(20_000);
    expect(window?.series.intervalBytes).toBe(65_536);
    expect(shareBelow(lastSeries(threads[0]), 'work agent-leak.cjs')).toBeGreaterThan(0.8);
  });
});

/** Code for the end of a program: when so many polls of its buffers are on disk. */
function exitAfterBufferPolls(count: number): string {
  return `
        import { readdirSync, readFileSync } from 'node:fs';
        const folder = process.env.WATERTIGHT_RUN;
        const text = () => readFileSync(folder + '/' + readdirSync(folder).find((name) => name.endsWith('.wt')), 'utf8');
        const polls = () => text().split('"buffers"]')[1]?.match(/^\\["p"/gm) ?? [];
        setInterval(() => { if (polls().length >= ${count}) process.exit(0); }, 500);
        setTimeout(() => process.exit(3), 60000);`;
}

describe('sampled buffers', { timeout: timeoutMs + 10_000 }, () => {
  test('of a program whose external memory grows: what survives was made at the line that keeps', async () => {
    const { end, threads } = await leakWith({
      program: `
        const kept = [];
        function keepOne() { kept.push(Buffer.alloc(256 * 1024)); }
        function useOne() { return Buffer.allocUnsafe(256 * 1024).length; }
        setInterval(() => { keepOne(); useOne(); }, 50);
        ${exitAfterBufferPolls(6)}`,
    });
    expect(end).toMatchObject({ code: 0, stderr: '' });
    const series = threads[0]?.survivors.windows.find(({ why }) => why === 'buffers')?.series;
    if (series === undefined) throw new Error('no buffers were sampled');
    expect(survivorsOf(series).size).toBeGreaterThan(8);
    expect(shareBelow(series, 'keepOne [eval1]')).toBe(1);
    expect(series.functions.find(({ name, line }) => name === 'keepOne' && line === 3)).toBeDefined();
    expect(shareBelow(series, 'Buffer.alloc ')).toBe(1);
  });

  test('of memory that is shared, or of WebAssembly: by the line that made it, and what made it', async () => {
    const { end, threads } = await leakWith({
      program: `
        const kept = [];
        function share() { kept.push(new SharedArrayBuffer(512 * 1024)); }
        function compute() { kept.push(new WebAssembly.Memory({ initial: 8 })); }
        setInterval(() => { share(); compute(); }, 50);
        ${exitAfterBufferPolls(2)}`,
    });
    expect(end).toMatchObject({ code: 0, stderr: '' });
    const series = threads[0]?.survivors.windows.find(({ why }) => why === 'buffers')?.series;
    if (series === undefined) throw new Error('no buffers were sampled');
    expect(shareBelow(series, 'share [eval1]')).toBe(shareBelow(series, 'SharedArrayBuffer '));
    expect(shareBelow(series, 'compute [eval1]')).toBe(shareBelow(series, 'WebAssembly.Memory '));
    expect(shareBelow(series, 'share [eval1]') + shareBelow(series, 'compute [eval1]')).toBe(1);
    expect(Math.min(shareBelow(series, 'share [eval1]'), shareBelow(series, 'compute [eval1]'))).toBeGreaterThan(0.2);
  });

  test('no window where no buffer was sampled, and the constructors are as they were', async () => {
    const { end, threads } = await leakWith({
      program: `
        import assert from 'node:assert';
        setTimeout(() => {
          class Own extends SharedArrayBuffer { size() { return this.byteLength; } }
          const own = new Own(8);
          assert.equal(own.size(), 8);
          assert.ok(own instanceof SharedArrayBuffer && own.constructor === Own);
          const shared = new SharedArrayBuffer(16);
          assert.equal(shared.constructor, SharedArrayBuffer);
          assert.equal(Object.getPrototypeOf(shared), SharedArrayBuffer.prototype);
          assert.equal(shared.slice(8).constructor, SharedArrayBuffer);
          assert.equal(SharedArrayBuffer.name, 'SharedArrayBuffer');
          assert.equal(SharedArrayBuffer.length, 1);
          assert.throws(() => SharedArrayBuffer(8), TypeError);
          assert.throws(() => new SharedArrayBuffer(-1), RangeError);
          const memory = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true });
          assert.ok(memory instanceof WebAssembly.Memory && memory.buffer instanceof SharedArrayBuffer);
          assert.equal(memory.constructor, WebAssembly.Memory);
          assert.equal(structuredClone(shared).byteLength, 16);
          assert.equal(Buffer.from('a').toString(), 'a');
          assert.equal(Buffer.alloc.name + Buffer.from.length, 'alloc3');
        }, 2500);`,
    });
    expect(end).toMatchObject({ code: 0, stderr: '' });
    expect(threads[0]?.survivors.windows.map(({ why }) => why)).toEqual(['hunt']);
  });
});

describe('a program that samples its own heap', { timeout: timeoutMs + 10_000 }, () => {
  test('before us: we read what its sampler says, and it goes on', async () => {
    const { end, threads } = await leakWith({ env: { AGENT_LEAK_THEIRS: 'early', AGENT_LEAK_POLLS: '2' } });
    expect(end).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(end.stdout)).toMatchObject({ error: null, seesLeak: true });
    const series = lastSeries(threads[0]);
    expect(series.intervalBytes).toBeGreaterThan(16_000);
    expect(series.intervalBytes).toBeLessThan(17_000);
    expect(shareBelow(series, 'work agent-leak.cjs')).toBeGreaterThan(0.8);
    expect(threads[0]?.notes.map((note) => note[2])).toContain('neighbour');
  });

  test.each(['late', 'promises'])(
    'after us (%s): ours makes way, so that its own has the interval that it asked for',
    async (how) => {
      const { end, threads } = await leakWith({ env: { AGENT_LEAK_THEIRS: how, AGENT_LEAK_POLLS: '2' } });
      expect(end).toMatchObject({ code: 0, stderr: '' });
      const theirs = JSON.parse(end.stdout) as { leastBytes: number };
      expect(theirs).toMatchObject({ error: null, seesLeak: true });
      expect(theirs.leastBytes).toBeLessThan(17_000);
      const windows = threads[0]?.survivors.windows ?? [];
      expect(windows.map(({ ended }) => ended)).toEqual(['the program samples by itself', null]);
      expect(lastSeries(threads[0]).polls.length).toBeGreaterThan(0);
    },
  );

  test('that ends ours and starts its own unseen: a new window reads it, and it goes on', async () => {
    const { end, threads } = await leakWith({ env: { AGENT_LEAK_THEIRS: 'restart', AGENT_LEAK_POLLS: '2' } });
    expect(end).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(end.stdout)).toMatchObject({ error: null, seesLeak: true });
    expect(threads[0]?.survivors.windows.map(({ ended }) => ended)).toEqual(['restarted by somebody else', null]);
    expect(shareBelow(lastSeries(threads[0]), 'work agent-leak.cjs')).toBeGreaterThan(0.8);
  });

  test('that ends our sampler: the window ends, and says by whom', async () => {
    const { end, threads } = await leakWith({ env: { AGENT_LEAK_THEIRS: 'stop' } });
    expect(end).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(end.stdout)).toMatchObject({ error: null, seesLeak: true });
    expect(threads[0]?.survivors.windows.map(({ ended }) => ended)).toEqual(['ended by somebody else']);
    expect(threads[0]?.notes.map((note) => note[2])).toContain('neighbour');
  });
});

test('functions are mapped by the source maps of the program', { timeout: timeoutMs }, async () => {
  installPackages();
  const file = join(tempFolder(), 'main.ts');
  writeFileSync(
    file,
    `import { readdirSync, readFileSync } from 'node:fs';
interface Unused { readonly a: string }


const kept: unknown[] = [];
function keep(): void { for (let at = 0; at < 200; at += 1) kept.push({ at, parts: [at, at] }); }
const folder = process.env['WATERTIGHT_RUN'] as string;
const texts = () => readdirSync(folder).filter((name) => name.endsWith('.wt')).map((name) => readFileSync(folder + '/' + name, 'utf8'));
setInterval(keep, 10);
setInterval(() => { if (texts().some((text) => (text.match(/^\\["p"/gm) ?? []).length > 1)) process.exit(0); }, 300);
`,
  );
  const { end, threads } = await leakWith({
    program: file,
    nodeArgs: ['--import', packageFile('tsx/dist/loader.mjs'), '--no-turbo-inlining'],
  });
  expect(end).toMatchObject({ code: 0, stderr: '' });
  const thread = threads.find(({ header }) => header.thread === 'main');
  const keep = lastSeries(thread).functions.find(({ name }) => name === 'keep');
  if (keep === undefined) throw new Error('the function was not sampled');
  expect(thread?.survivors.mappedPlace(keep)).toMatchObject({ line: 6, source: expect.stringMatching(/main\.ts$/) });
});

describe('the watched heap', { timeout: timeoutMs + 10_000 }, () => {
  test('what the program prints is not held', async () => {
    const { end } = await leakWith({
      program: `import { setFlagsFromString } from 'node:v8'; import { runInNewContext } from 'node:vm';
        setFlagsFromString('--expose-gc'); const gc = runInNewContext('gc');
        const printed = [];
        const print = () => { for (let at = 0; at < 50; at += 1) { const one = { at }; printed.push(new WeakRef(one)); console.log(one); } };
        setTimeout(print, 1200);
        const timer = setInterval(() => {
          gc();
          const held = printed.filter((one) => one.deref()).length;
          if (printed.length === 0 || held > 0) return;
          clearInterval(timer);
          console.error('none is held');
        }, 300);
        setTimeout(() => process.exit(0), 20000).unref();`,
    });
    expect(end.stderr).toBe('none is held\n');
  });

  test('does not grow in a program that does nothing', async () => {
    const { threads } = await leakWith({
      program: `import { readdirSync, readFileSync } from 'node:fs';
        const folder = process.env.WATERTIGHT_RUN;
        const polls = () => readFileSync(folder + '/' + readdirSync(folder).find((name) => name.endsWith('.wt')), 'utf8').match(/^\\["p"/gm) ?? [];
        setInterval(() => { if (polls().length >= 4) process.exit(0); }, 5000);`,
    });
    const polls = lastSeries(threads[0]).polls;
    const [, first] = polls;
    const last = polls.at(-1);
    expect(polls.length).toBeGreaterThanOrEqual(4);
    expect((last?.heapUsedBytes ?? 0) - (first?.heapUsedBytes ?? 0)).toBeLessThan(200_000);
    expect(survivorsOf(lastSeries(threads[0])).size).toBeLessThan(40);
  });
});
