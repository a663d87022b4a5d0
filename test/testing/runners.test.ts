// What users see: test files of Vitest and of node:test, run as programs of their own against the built package.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root, runCommand, testNode } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';

const url = (path: string): string => JSON.stringify(new URL(`file://${join(root, path)}`).href);

const imports = `
import { expectNoLeaks, tempOutputDir, tempOutputDirFixture, trackTempDirs } from ${url('dist/testing/index.js')};
import { defaultRegistry, defineKind } from ${url('dist/core/index.js')};
import { createServer } from 'node:net';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
`;

/** Tests that forget something, and what closes it afterwards, so that nothing of ours stays. */
const body = `
const forgotten = [];
const settleMs = 100;
expectNoLeaks({ beforeEach }, { settleMs });
const held = defineKind({ type: 'custom:held', release: () => undefined, stack: 'always' });
test('closes', async () => {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  await new Promise((resolve) => server.close(resolve));
  await defaultRegistry().register({}, held).release();
  const folder = tempOutputDir();
  folder[Symbol.dispose]();
});
test('forgets a server', async () => {
  const server = createServer();
  forgotten.push(() => server.close());
  await new Promise((resolve) => server.listen(0, 'localhost', resolve));
});
test('forgets a timer', () => {
  const timer = setInterval(() => {}, 1000);
  forgotten.push(() => clearInterval(timer));
});
test('forgets a row', () => {
  const guard = defaultRegistry().register({}, held, { name: 'kept' });
  forgotten.push(() => guard.release());
});
test('forgets a child', async () => {
  const child = spawn('sleep', ['30'], { stdio: 'ignore', detached: true });
  child.unref();
  forgotten.push(() => child.kill('SIGKILL'));
  await new Promise((resolve) => child.once('spawn', resolve));
});
test('forgets a directory', async () => {
  const one = mkdtempSync(join(tmpdir(), 'forgotten-'));
  const two = await mkdtemp(join(tmpdir(), 'forgotten-'));
  forgotten.push(() => { for (const path of [one, two]) rmSync(path, { recursive: true }); });
});
`;

const lineOf = (words: string): number => `${imports}${body}`.split('\n').findIndex((line) => line.includes(words)) + 1;

function expectMessages(output: string, offset: number): void {
  const at = (words: string): RegExp => new RegExp(`inner\\.test\\.mjs:${lineOf(words) + offset}:`);
  const part = (name: string): string => output.slice(output.indexOf(`test "${name}" left open`)).slice(0, 600);
  expect(output).not.toMatch(/test "closes" left open/);
  expect(part('forgets a server')).toMatch(/TCPServerWrap, opened at \S*/);
  expect(part('forgets a server')).toMatch(at("server.listen(0, 'localhost'"));
  expect(part('forgets a timer')).toMatch(/Timeout, opened at \S*/);
  expect(part('forgets a timer')).toMatch(at('const timer = setInterval'));
  expect(part('forgets a row')).toMatch(/resource custom:held "kept", registered at \S*/);
  expect(part('forgets a row')).toMatch(at("{ name: 'kept' }"));
  if (process.platform === 'linux') {
    expect(part('forgets a child')).toMatch(/process \d+ \(sleep\), started at \S*/);
    expect(part('forgets a child')).toMatch(at("spawn('sleep'"));
  }
  expect(part('forgets a directory')).toMatch(/temp directory \S*forgotten-\w+, made at \S*/);
  expect(part('forgets a directory')).toMatch(at('const one = mkdtempSync'));
  expect(part('forgets a directory')).toMatch(at('const two = await mkdtemp'));
}

describe('a suite is checked by one call', () => {
  test('of node:test', async () => {
    const folder = tempFolder();
    const runner = `import { after, beforeEach, test } from 'node:test';`;
    writeFileSync(
      join(folder, 'inner.test.mjs'),
      `${runner}${imports}${body}after(async () => { for (const close of forgotten) await close(); });`,
    );
    const end = await runCommand(testNode, ['--test', '--test-reporter=tap', join(folder, 'inner.test.mjs')]);
    const output = end.stdout + end.stderr;
    expect(output).toMatch(/# pass 1\n# fail 5/);
    expectMessages(output, 0);
    expect(end.code).toBe(1);
  });

  test('of Vitest', async () => {
    const folder = tempFolder();
    const runner = `import { afterAll, beforeEach, test } from ${JSON.stringify(join(root, 'node_modules/vitest/dist/index.js'))};`;
    const fixture = `
      const withDir = test.extend({ tempOutputDir: tempOutputDirFixture() });
      let last;
      withDir('has a directory', ({ tempOutputDir }) => { last = tempOutputDir; if (!existsSync(last)) throw new Error('no directory'); });
      test('is removed', () => { if (!/pktmask_test_/.test(last) || existsSync(last)) throw new Error(last); });
      test.concurrent('side by side is not checked', async () => {});`;
    writeFileSync(
      join(folder, 'inner.test.mjs'),
      `${runner}${imports}${body}afterAll(async () => { for (const close of forgotten) await close(); });${fixture}`,
    );
    const config = `export default { root: ${JSON.stringify(folder)}, cacheDir: ${JSON.stringify(join(folder, 'cache'))},
      test: { include: ['inner.test.mjs'], pool: 'forks', maxWorkers: 1 } };`;
    writeFileSync(join(folder, 'inner.config.mjs'), config);
    const args = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', join(folder, 'inner.config.mjs')];
    const end = await runCommand(testNode, args, { env: { NO_COLOR: '1' } });
    const output = end.stdout + end.stderr;
    expect(output).toMatch(/Tests\s+5 failed \| 4 passed/);
    expectMessages(output, 0);
    expect(end.code).toBe(1);
  });
});

test('importing it starts nothing and needs no runner', async () => {
  const end = await runCommand(testNode, [
    '--input-type=module',
    '--eval',
    `await import(${url('dist/testing/index.js')}); console.log(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length)`,
  ]);
  expect(end).toMatchObject({ code: 0, stdout: '0\n', stderr: '' });
});
