import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root, runCommand } from './run-program.ts';
import { tempFolder } from './temp-folder.ts';

/** Runs one test file in a vitest of its own, with the validator as its setup file. */
async function runTests(source: string) {
  const folder = tempFolder();
  writeFileSync(
    join(folder, 'inner.test.mjs'),
    `import { afterEach, onTestFinished, test, vi } from ${JSON.stringify(join(root, 'node_modules/vitest/dist/index.js'))};\n${source}`,
  );
  const config = `export default { root: ${JSON.stringify(folder)}, cacheDir: ${JSON.stringify(join(folder, 'cache'))},
    test: { include: ['inner.test.mjs'], setupFiles: [${JSON.stringify(join(root, 'test/support/nothing-stays-open.ts'))}], pool: 'forks', maxWorkers: 1 } };`;
  writeFileSync(join(folder, 'inner.config.mjs'), config);
  return runCommand(process.execPath, [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--config',
    join(folder, 'inner.config.mjs'),
  ]);
}

test('a test that leaves a server and an interval open fails and both are named', async () => {
  const end = await runTests(`
    import { createServer } from 'node:net';
    test('forgetful', async () => {
      setInterval(() => {}, 1000);
      await new Promise((resolve) => createServer().listen(0, '127.0.0.1', resolve));
    });`);
  expect(end.code).toBe(1);
  expect(end.stdout + end.stderr).toMatch(/test "forgetful" left open: .*TCPServerWrap/);
  expect(end.stdout + end.stderr).toMatch(/1 × Timeout/);
});

test('tests that close what they open pass, with fake timers and after printing', async () => {
  const end = await runTests(`
    import { createServer } from 'node:net';
    import { spawn } from 'node:child_process';
    test('prints', () => { console.log('hello'); });
    test('closes', async () => {
      const server = createServer();
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
      server.close();
      clearInterval(setInterval(() => {}, 1000));
      const child = spawn(process.execPath, ['-e', '0']);
      await new Promise((resolve) => child.once('exit', resolve));
    });
    test('closes when finished', async () => {
      const server = createServer();
      onTestFinished(() => server.close());
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    });
    let late;
    afterEach(() => clearInterval(late));
    test('closes in afterEach', () => { late = setInterval(() => {}, 1000); });
    test('fakes timers', () => { vi.useFakeTimers(); setInterval(() => {}, 1000); });`);
  expect(end.stdout + end.stderr).not.toMatch(/left open/);
  expect(end.code).toBe(0);
});

test('what a whole file leaves open fails the file', async () => {
  const end = await runTests(`
    const forgotten = setInterval(() => {}, 1000);
    test('innocent', () => {});`);
  expect(end.code).toBe(1);
  expect(end.stdout + end.stderr).toMatch(/the test file left open: 1 × Timeout/);
});
