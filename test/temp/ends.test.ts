import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCommand, runProgram, testNode } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';
import type { Held } from './support.ts';
import { holder, rootsIn, startHolder } from './support.ts';

/** Runs the holder to its end. */
async function ended(tmp: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const end = await runProgram(holder, { args, env: { XDG_RUNTIME_DIR: '', TMPDIR: tmp, ...env } });
  return { end, held: JSON.parse(end.stdout.split('\n')[0] ?? '') as Held };
}

function precious(tmp: string): string {
  const path = join(tmp, 'precious');
  mkdirSync(path);
  writeFileSync(join(path, 'letter'), 'dear');
  return path;
}

describe('nothing temporary stays behind', () => {
  test.each([
    ['the natural end', 'natural', 0],
    ['process.exit', 'exit', 3],
    ['an uncaught error', 'throw', 1],
    ['an unhandled rejection', 'reject', 1],
  ])('after %s', async (_, way, code) => {
    const tmp = tempFolder();
    const keep = precious(tmp);
    const { end, held } = await ended(tmp, [way, `precious=${keep}`]);
    expect(end.code).toBe(code);
    expect([existsSync(held.directory), existsSync(held.file), existsSync(held.root)]).toEqual([false, false, false]);
    expect(rootsIn(tmp)).toEqual([]);
    expect(readFileSync(join(keep, 'letter'), 'utf8')).toBe('dear');
  });

  test.each(['natural', 'exit', 'throw'])('%s, without installShutdown', async (way) => {
    const tmp = tempFolder();
    await ended(tmp, [way, 'off']);
    expect(rootsIn(tmp)).toEqual([]);
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('after %s', async (signal) => {
    const tmp = tempFolder();
    const keep = precious(tmp);
    const program = await startHolder(tmp, ['wait', `precious=${keep}`]);
    expect(existsSync(program.held.directory)).toBe(true);
    await program.kill(signal);
    expect(rootsIn(tmp)).toEqual([]);
    expect(readFileSync(join(keep, 'letter'), 'utf8')).toBe('dear');
  });

  test('after a signal when all had been released before', async () => {
    const tmp = tempFolder();
    const program = await startHolder(tmp, ['released']);
    await program.kill('SIGTERM');
    expect(rootsIn(tmp)).toEqual([]);
  });

  test('and it goes after what others release, though it was there before them', async () => {
    const dist = (folder: string): string => new URL(`../../dist/${folder}/index.js`, import.meta.url).href;
    const program = `
      const { tempFile } = await import('${dist('temp')}');
      const file = tempFile({ content: 'still there' });
      const { defaultRegistry, installShutdown } = await import('${dist('core')}');
      const { readFileSync } = await import('node:fs');
      const log = { type: 'custom', releaseSync: (path) => console.log(readFileSync(path, 'utf8')) };
      defaultRegistry().register(file.path, log);
      installShutdown();
      process.exit();
    `;
    const tmp = tempFolder();
    const args = ['--input-type=module', '-e', program];
    const end = await runCommand(testNode, args, { env: { XDG_RUNTIME_DIR: '', TMPDIR: tmp } });
    expect(end.stdout).toBe('still there\n');
    expect(rootsIn(tmp)).toEqual([]);
  });

  test('after a worker thread that ends; one that is terminated is swept', async () => {
    const tmp = tempFolder();
    const temp = new URL('../../dist/temp/index.js', import.meta.url).href;
    const program = `
      import { once } from 'node:events';
      import { Worker } from 'node:worker_threads';
      const source = (last) => 'import("${temp}").then(async ({ tempDirectory, ownerRoot }) => { tempDirectory(); (await import("node:worker_threads")).parentPort.postMessage(ownerRoot().path); ' + last + ' })';
      const { ownerRoot, sweepTemp, configureTemp } = await import('${temp}');
      configureTemp({ sweep: false });
      const mine = ownerRoot().path;
      const roots = await Promise.all(Array.from({ length: 5 }, async () => {
        const worker = new Worker(source(''), { eval: true });
        const gone = once(worker, 'exit');
        const [path] = await once(worker, 'message');
        await gone;
        return path;
      }));
      const hung = new Worker(source('setInterval(() => {}, 1000)'), { eval: true });
      const [left] = await once(hung, 'message');
      const before = await sweepTemp();
      await hung.terminate();
      const after = await sweepTemp();
      const proofs = (report) => report.owners.map(({ path, proof }) => (path === mine ? 'mine' : path === left ? 'hung' : path) + ' ' + proof).sort();
      console.log(JSON.stringify({ distinct: new Set([mine, ...roots, left]).size, before: proofs(before), after: proofs(after) }));
    `;
    const { stdout, stderr } = await runProgram(program, { env: { XDG_RUNTIME_DIR: '', TMPDIR: tmp } });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      distinct: 7,
      before: ['hung alive', 'mine alive'],
      after: ['hung dead', 'mine alive'],
    });
    expect(rootsIn(tmp)).toEqual([]);
  });

  test('after SIGKILL, once the next program that makes something temporary has started', async () => {
    const tmp = tempFolder();
    const keep = precious(tmp);
    const program = await startHolder(tmp, ['wait', `precious=${keep}`]);
    await program.kill('SIGKILL');
    expect(rootsIn(tmp)).toHaveLength(1);
    const next = await startHolder(tmp, ['wait', 'sweep']);
    await expect.poll(() => existsSync(program.held.root), { timeout: 10_000 }).toBe(false);
    await next.kill('SIGTERM');
    expect(rootsIn(tmp)).toEqual([]);
    expect(readFileSync(join(keep, 'letter'), 'utf8')).toBe('dear');
  });
});
