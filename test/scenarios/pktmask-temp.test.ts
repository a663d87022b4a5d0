// The test scenarios of PktMask and of the Central Quality Hub that are about temporary files, under the names that their documents
// give them.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, test } from 'vitest';
import { ResourceRegistry, scope } from '../../src/core/index.ts';
import { configureTemp, linkOrUse, ownerRoot, removalsDone, tempDirectory, tempFile } from '../../src/temp/index.ts';

const home = mkdtempSync(join(tmpdir(), 'watertight-test-'));
configureTemp({ directory: home, sweep: false });
afterAll(() => rmSync(home, { recursive: true, force: true }));

const job = () => scope({ registry: new ResourceRegistry() });
const left = (): readonly string[] => readdirSync(ownerRoot().path).filter((name) => /^(tmp|pktmask)/.test(name));

describe('temp files', () => {
  test('pipeline dir removed on success and on stage exception', async () => {
    const paths: string[] = [];
    const stage = (owner: ReturnType<typeof job>): void => {
      const { path } = tempDirectory({ prefix: 'pktmask_pipeline_', owner });
      writeFileSync(join(path, 'stage_0_dedup.pcap'), 'packets');
      paths.push(path);
    };
    await job().run((owner) => stage(owner));
    const failing = job().run((owner) => {
      stage(owner);
      throw new Error('stage failed');
    });
    await expect(failing).rejects.toThrow('stage failed');
    expect(paths.filter((path) => existsSync(path))).toEqual([]);
  });

  test('hard link registers a callback; EXDEV falls back and registers nothing', async () => {
    const file = join(home, 'capture.pcap');
    writeFileSync(file, 'packets');
    const registry = new ResourceRegistry();
    const used = linkOrUse(file, { thresholdBytes: 0, owner: registry });
    expect([used.linked, registry.count()]).toEqual([true, 1]);
    await used.release();
    // /proc is another device everywhere; where there is none, a file below the threshold stands in.
    const elsewhere = process.platform === 'linux' ? '/proc/self/status' : file;
    const fallback = linkOrUse(elsewhere, { thresholdBytes: process.platform === 'linux' ? 0 : 1_000, owner: registry });
    expect([fallback.linked, fallback.path, registry.count()]).toEqual([false, elsewhere, 0]);
    expect(left()).toEqual([]);
  });

  test('registration and deletion; temp file removed', async () => {
    const registry = new ResourceRegistry();
    const file = tempFile({ owner: registry });
    expect([registry.count({ type: 'temp-file' }), existsSync(file.path)]).toEqual([1, true]);
    await file.release();
    expect([registry.count(), existsSync(file.path)]).toEqual([0, false]);
  });

  test('callbacks run, after what was registered later, and the files are still there for them', async () => {
    const owner = job();
    const file = tempFile({ owner, content: 'x' });
    let seen = false;
    owner.defer(() => void (seen = existsSync(file.path)));
    await owner.close();
    expect([seen, existsSync(file.path)]).toEqual([true, false]);
  });

  test('register two temp files and clean; a file already gone is no error; one missing file does not block others', async () => {
    const owner = job();
    const files = [tempFile({ owner }), tempFile({ owner }), tempFile({ owner })];
    rmSync(files[1]?.path ?? '');
    expect(await owner.close()).toMatchObject({ ok: true, released: 3 });
    expect(files.filter(({ path }) => existsSync(path))).toEqual([]);
  });

  test('empty dir removed; non-empty dir removed as well, which was left quietly', async () => {
    const empty = tempDirectory();
    const full = tempDirectory();
    mkdirSync(join(full.path, 'deep'));
    writeFileSync(join(full.path, 'deep', 'file'), 'x');
    await empty.release();
    await full.release();
    await removalsDone();
    expect([existsSync(empty.path), existsSync(full.path), readdirSync(join(ownerRoot().path, '.trash'))]).toEqual([
      false,
      false,
      [],
    ]);
  });

  test('three prefixes', () => {
    for (const prefix of ['pktmask_pipeline_', 'pktmask_stage_', 'pktmask_test_']) {
      using directory = tempDirectory({ prefix });
      expect(basename(directory.path).startsWith(prefix)).toBe(true);
    }
  });

  test('five threads register concurrently', async () => {
    const source = `
      const { workerData, parentPort } = require('node:worker_threads');
      import(workerData.core).then(async ({ ResourceRegistry }) => {
        const { configureTemp, tempFile, tempDirectory } = await import(workerData.temp);
        configureTemp({ directory: workerData.home, sweep: false });
        const registry = new ResourceRegistry();
        const paths = Array.from({ length: 100 }, (_, i) => (i % 2 ? tempFile : tempDirectory)({ owner: registry }).path);
        const { ok, released } = await registry.shutdown();
        parentPort.postMessage({ paths, ok, released });
      });
    `;
    const at = (path: string): string => new URL(`../../dist/${path}`, import.meta.url).href;
    const workerData = { home, core: at('core/index.js'), temp: at('temp/index.js') };
    const answers = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const worker = new Worker(source, { eval: true, workerData });
        const ended = new Promise((resolve) => worker.once('exit', resolve));
        const answer = await new Promise<{ paths: string[]; ok: boolean; released: number }>((resolve) =>
          worker.once('message', resolve),
        );
        await ended;
        return answer;
      }),
    );
    expect(answers.map(({ ok, released }) => [ok, released])).toEqual(Array.from({ length: 5 }, () => [true, 100]));
    const paths = answers.flatMap((answer) => answer.paths);
    expect(new Set(paths).size).toBe(500);
    expect(paths.filter((path) => existsSync(path))).toEqual([]);
  });

  test('two stages clean without interference', async () => {
    const [first, second] = [job(), job()];
    const one = tempFile({ owner: first, prefix: 'pktmask_stage_' });
    const two = tempFile({ owner: second, prefix: 'pktmask_stage_' });
    await first.close();
    expect([existsSync(one.path), existsSync(two.path)]).toEqual([false, true]);
    await second.close();
    expect(existsSync(two.path)).toBe(false);
  });
});

describe('resource cleanup (Central Quality Hub)', () => {
  test('register-use-cleanup-verify; verify fails when still open', async () => {
    const registry = new ResourceRegistry();
    const directory = tempDirectory({ owner: registry });
    expect(directory.use((path) => existsSync(path))).toBe(true);
    expect(await registry.verify(directory.id)).toBe('still-there');
    expect(await directory.release()).toMatchObject({ verified: 'gone' });
  });

  test('scoped cleanup on exception; cleanup by type', async () => {
    const registry = new ResourceRegistry();
    const file = tempFile({ owner: registry });
    const directory = tempDirectory({ owner: registry });
    expect(await registry.releaseAll({ type: 'temp-file' })).toMatchObject({ released: 1 });
    expect([existsSync(file.path), existsSync(directory.path)]).toEqual([false, true]);
    await registry.shutdown();
    expect(existsSync(directory.path)).toBe(false);
    let path = '';
    const failing = job().run((owner) => {
      ({ path } = tempFile({ owner }));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(existsSync(path)).toBe(false);
  });
});
