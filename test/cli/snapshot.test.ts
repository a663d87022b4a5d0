import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { countByConstructor } from '../../src/snapshot/index.ts';
import { runProgram } from '../support/run-program.ts';
import { cli, eventually, place, start } from './watertight.ts';
import { testNode } from '../support/run-program.ts';

const long = { timeout: 120_000 };

async function heaps(folder: string, what: string): Promise<void> {
  expect(await runProgram('test/programs/heap-structures.cjs', { args: [folder, what], timeoutMs: 60_000 })).toMatchObject({
    code: 0,
  });
}

describe('watertight snapshot', () => {
  test('tells of one file which classes keep most, and who holds the biggest', long, async () => {
    const where = place();
    await heaps(where.cwd, 'structures');
    const text = await cli(where, ['snapshot', 'one.heapsnapshot', '--limit', '500']);
    expect(text).toMatchObject({ code: 0, stderr: '' });
    expect(text.stdout).toMatch(/^\S*one\.heapsnapshot: .* objects of .* classes\n/);
    expect(text.stdout).toMatch(/ 200 {2}Session\n/);
    expect(text.stdout).toMatch(/held by global.* → kept: Object/);
    const json = await cli(where, ['snapshot', 'one.heapsnapshot', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      nodeCount: expect.any(Number),
      classes: expect.any(Array),
      biggest: expect.any(Array),
    });
  });

  test('only counts, where that is asked for', long, async () => {
    const where = place();
    await heaps(where.cwd, 'structures');
    const { stdout } = await cli(where, ['snapshot', '--counts', '--json', '--limit', '5', 'one.heapsnapshot']);
    const counted = await countByConstructor(join(where.cwd, 'one.heapsnapshot'));
    expect(JSON.parse(stdout)).toMatchObject({ classCount: counted.length, classes: counted.slice(0, 5) });
  });

  test('tells of three files what was born and stayed', long, async () => {
    const where = place();
    await heaps(where.cwd, 'listeners');
    const files = [1, 2, 3].map((round) => `${round}.heapsnapshot`);
    const { stdout, code } = await cli(where, ['snapshot', ...files]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/300 × \(closure\) onChange .*heap-structures\.cjs:54/);
    expect(stdout).toContain('bus: EventEmitter → _events: Object → change: Array');
    const json = await cli(where, ['snapshot', '--json', ...files]);
    expect(JSON.parse(json.stdout)).toMatchObject({ classes: [{ name: '(closure) onChange', count: 300 }] });
  });

  test('says in one line what is wrong with a file, a number of files or an option', long, async () => {
    const where = place();
    await heaps(where.cwd, 'structures');
    truncateSync(join(where.cwd, 'one.heapsnapshot'), 500_000);
    writeFileSync(join(where.cwd, 'other'), 'hello');
    const says = async (...args: string[]) => {
      const { code, stderr, stdout } = await cli(where, ['snapshot', ...args]);
      expect({ code, stdout, lines: stderr.trimEnd().split('\n').length }).toEqual({ code: 125, stdout: '', lines: 1 });
      return stderr;
    };
    expect(await says('one.heapsnapshot')).toContain('it was cut off');
    expect(await says('other')).toContain('it is no heap snapshot');
    expect(await says('none')).toContain('there is no such file');
    expect(await says('other', 'other')).toContain('got 2');
    expect(await says()).toContain('nothing to look at');
    expect(await says('--limit', '0', 'other')).toContain('--limit must be a whole number of at least 1, got "0"');
    expect(await says('--pid', 'x')).toContain('--pid must be a whole number');
    expect(await says('--pid', '1')).toContain('no watched program that runs has the process id 1');
  });

  test('takes one of a watched program, which goes on', long, async () => {
    const where = place();
    const source = 'globalThis.kept = new Map([[1, { a: 1 }]]); setInterval(() => {}, 1000); console.log(process.pid)';
    const run = start(where, ['run', '--no-html', '--', testNode, '-e', source]);
    await eventually('the program runs', () => /^\d+\n/.test(run.stdout()));
    const pid = run.stdout().trim();
    const taken = await cli(where, ['snapshot', '--pid', pid, '--out', 'taken.heapsnapshot']);
    expect(taken).toMatchObject({ code: 0 });
    expect(taken.stderr).toMatch(/^watertight: a snapshot stops the program for about .* of disk\n$/);
    expect(taken.stdout).toMatch(/taken\.heapsnapshot {2}.*; the program stood still for/);
    const counted = await countByConstructor(join(where.cwd, 'taken.heapsnapshot'));
    expect(counted.some(({ name }) => name === 'Map')).toBe(true);
    const again = await cli(where, ['snapshot', '--pid', pid, '--out', 'taken.heapsnapshot']);
    expect(again).toMatchObject({ code: 125, stderr: expect.stringContaining('exists already (WT_SNAPSHOT_REFUSED)') });
    expect(run.child.exitCode).toBeNull();
    process.kill(Number(pid), 'SIGTERM');
    await run.ended;
  });
});

describe('watertight report', () => {
  test('writes what survived for DevTools and pprof, of finished runs and of those that go on', long, async () => {
    const where = place();
    const source =
      'globalThis.kept = []; setInterval(() => kept.push({ text: "x".repeat(9) + kept.length }, new Array(500)), 1); setTimeout(() => process.exit(), 4500)';
    const run = await cli(where, ['run', '--no-html', '--', testNode, '-e', source]);
    expect(run.code).toBe(0);
    const { code, stderr } = await cli(where, ['report', '--heapprofile', 'a.heapprofile', '--pprof', 'a.pprof']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(readFileSync(join(where.cwd, 'a.heapprofile'), 'utf8'))).toMatchObject({
      head: { callFrame: { functionName: '(root)' }, children: expect.any(Array) },
      samples: expect.any(Array),
    });
    expect([...readFileSync(join(where.cwd, 'a.pprof')).subarray(0, 2)]).toEqual([0x1f, 0x8b]);
  });

  test('says where nothing was sampled', long, async () => {
    const where = place();
    await cli(where, ['run', '--no-sampling', '--no-html', '--', testNode, '-e', '0']);
    const { code, stderr } = await cli(where, ['report', '--heapprofile', 'a.heapprofile']);
    expect({ code, stderr }).toMatchObject({ code: 125, stderr: expect.stringContaining('holds no sampled allocations') });
    expect(existsSync(join(where.cwd, 'a.heapprofile'))).toBe(false);
  });
});
