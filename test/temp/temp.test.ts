import {
  chmodSync,
  closeSync,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ResourceRegistry, scope } from '../../src/core/index.ts';
import {
  anonymousFile,
  configureTemp,
  checkTempQuota,
  ownerRoot,
  proveOwner,
  removalsDone,
  tempDirectory,
  tempFile,
  tempStatus,
  tempUsage,
} from '../../src/temp/index.ts';

const home = mkdtempSync(join(tmpdir(), 'watertight-test-'));
configureTemp({ directory: home, sweep: false });
afterAll(() => rmSync(home, { recursive: true, force: true }));

const trash = (): readonly string[] => readdirSync(join(ownerRoot().path, '.trash'));

function fill(path: string, files: number): void {
  for (let index = 0; index < files; index += 1) {
    if (index % 100 === 0) mkdirSync(join(path, String(index / 100)));
    writeFileSync(join(path, String(Math.floor(index / 100)), `f${index}`), 'x');
  }
}

describe('a temporary directory', () => {
  test('is private, stands in the root, has the prefix and a name that nobody guesses', async () => {
    await using directory = tempDirectory({ prefix: 'pktmask_stage_' });
    expect(statSync(directory.path).mode & 0o777).toBe(0o700);
    expect(statSync(dirname(directory.path)).mode & 0o777).toBe(0o700);
    expect(statSync(dirname(dirname(directory.path))).mode & 0o777).toBe(0o700);
    expect(dirname(directory.path)).toBe(ownerRoot().path);
    expect(basename(directory.path)).toMatch(/^pktmask_stage_[\w-]{12}$/);
    expect(directory.value).toBe(directory.path);
  });

  test('goes with `using`, `await using`, release, its scope and its registry', async () => {
    const paths: string[] = [];
    {
      using one = tempDirectory();
      await using two = tempDirectory();
      paths.push(one.path, two.path);
    }
    const three = tempDirectory();
    expect(await three.release()).toMatchObject({ result: 'released', type: 'temp-directory', verified: 'gone' });
    const owner = scope({ registry: new ResourceRegistry() });
    const four = tempDirectory({ owner });
    await owner.close();
    const registry = new ResourceRegistry();
    const five = tempDirectory({ owner: registry, name: 'the fifth', metadata: { job: '7' } });
    expect(registry.get('the fifth')).toMatchObject({ type: 'temp-directory', metadata: { job: '7' } });
    await registry.shutdown();
    paths.push(three.path, four.path, five.path);
    expect(paths.filter((path) => existsSync(path))).toEqual([]);
    expect(five.state).toBe('released');
  });

  test('the row names the line that asked for it', () => {
    const registry = new ResourceRegistry();
    using directory = tempDirectory({ owner: registry });
    expect(registry.get(directory.id)?.createdAt).toMatch(/temp\.test\.ts:\d+:\d+$/);
  });

  test('with 2 000 files is out of the way when its release returns, and removed in the background', async () => {
    const directory = tempDirectory();
    fill(directory.path, 2_000);
    const outcome = directory.release();
    expect(outcome).not.toBeInstanceOf(Promise);
    expect(existsSync(directory.path)).toBe(false);
    expect(tempStatus().removing).toBeGreaterThan(0);
    await removalsDone();
    expect(trash()).toEqual([]);
    expect(tempStatus()).toMatchObject({ removing: 0, failed: [] });
  });

  test('10 000 files in one folder', async () => {
    const directory = tempDirectory();
    for (let index = 0; index < 10_000; index += 1) writeFileSync(join(directory.path, `f${index}`), '');
    await directory.release();
    await removalsDone();
    expect(existsSync(directory.path)).toBe(false);
    expect(trash()).toEqual([]);
  });

  test('removed by somebody else is no error', async () => {
    const directory = tempDirectory();
    rmSync(directory.path, { recursive: true });
    expect(await directory.release()).toMatchObject({ result: 'released' });
  });

  test('a link in it, or in its place, is removed and what it points to stays', async () => {
    const precious = join(home, 'precious');
    mkdirSync(precious);
    writeFileSync(join(precious, 'letter'), 'dear');
    const holder = tempDirectory();
    symlinkSync(precious, join(holder.path, 'in it'));
    const replaced = tempDirectory();
    rmSync(replaced.path, { recursive: true });
    symlinkSync(precious, replaced.path);
    await holder.release();
    await replaced.release();
    await removalsDone();
    expect(lstatSync(replaced.path, { throwIfNoEntry: false })).toBeUndefined();
    expect(readFileSync(join(precious, 'letter'), 'utf8')).toBe('dear');
  });

  test('a read-only tree inside goes as well', async () => {
    const directory = tempDirectory();
    mkdirSync(join(directory.path, 'cache', 'module'), { recursive: true });
    writeFileSync(join(directory.path, 'cache', 'module', 'file'), 'x', { mode: 0o400 });
    chmodSync(join(directory.path, 'cache', 'module'), 0o500);
    chmodSync(join(directory.path, 'cache'), 0o500);
    chmodSync(directory.path, 0o500);
    await directory.release();
    await removalsDone();
    expect(trash()).toEqual([]);
    expect(tempStatus().failed).toEqual([]);
  });

  test('its task keeps it: `use` holds the release back', async () => {
    const directory = tempDirectory();
    let finish = (): void => {};
    const working = directory.use(() => new Promise<void>((resolve) => (finish = resolve)));
    const release = directory.release();
    expect(existsSync(directory.path)).toBe(true);
    finish();
    await working;
    await release;
    expect(existsSync(directory.path)).toBe(false);
  });

  test('the root removed by a cleaner is made again, with its proof of life', async () => {
    const { path, nonce } = ownerRoot();
    rmSync(path, { recursive: true });
    await using directory = tempDirectory();
    expect(dirname(directory.path)).toBe(path);
    expect(ownerRoot().nonce).toBe(nonce);
    expect(await proveOwner(path)).toBe('alive');
  });

  test('wrong options are refused with their name', () => {
    expect(() => tempDirectory({ prefx: 'x' } as object)).toThrow(/did you mean `prefix`/);
    expect(() => tempDirectory({ prefix: '../x' })).toThrow(/WT_INVALID_OPTION/);
    expect(() => tempDirectory({ prefix: '.x' })).toThrow(/must not begin with/);
    expect(() => tempDirectory({ owner: {} as never })).toThrow(/ResourceRegistry or a Scope/);
    expect(() => configureTemp({ directory: '/elsewhere' })).toThrow(/before the first/);
  });

  test('on an owner that is closed it is removed again', async () => {
    const registry = new ResourceRegistry();
    await registry.shutdown();
    const before = readdirSync(ownerRoot().path);
    expect(() => tempDirectory({ owner: registry })).toThrow(/WT_SHUTTING_DOWN/);
    expect(readdirSync(ownerRoot().path)).toEqual(before);
  });
});

describe('a temporary file', () => {
  test('is private, has what was put into it, and goes', async () => {
    const file = tempFile({ prefix: 'a-', suffix: '.json', content: '{}' });
    expect(statSync(file.path).mode & 0o777).toBe(0o600);
    expect(basename(file.path)).toMatch(/^a-[\w-]{12}\.json$/);
    expect(readFileSync(file.path, 'utf8')).toBe('{}');
    expect(await file.release()).toMatchObject({ result: 'released', type: 'temp-file', verified: 'gone' });
    expect(existsSync(file.path)).toBe(false);
  });

  test('removed by somebody else is no error; a link in its place is unlinked', async () => {
    const gone = tempFile();
    rmSync(gone.path);
    expect(await gone.release()).toMatchObject({ result: 'released' });
    const precious = join(home, 'precious file');
    writeFileSync(precious, 'dear');
    const replaced = tempFile();
    rmSync(replaced.path);
    symlinkSync(precious, replaced.path);
    await replaced.release();
    expect(readFileSync(precious, 'utf8')).toBe('dear');
  });

  test('a failed removal is visible and can be tried again', async () => {
    const registry = new ResourceRegistry();
    const file = tempFile({ owner: registry });
    rmSync(file.path);
    mkdirSync(join(file.path, 'somebody put a directory there'), { recursive: true });
    expect(await file.release()).toMatchObject({ result: expect.stringMatching(/failed|abandoned/), attempts: 3 });
    expect(registry.health().problems).toEqual(['1 resources were given up']);
    rmSync(file.path, { recursive: true });
    expect(await registry.forceCleanupAll()).toMatchObject({ ok: true });
  });
});

describe('an unnamed file', () => {
  test('can be written and read, has no name, and is closed by its release', () => {
    const before = readdirSync(ownerRoot().path);
    const file = anonymousFile();
    writeSync(file.fd, 'secret');
    const read = Buffer.alloc(6);
    expect(readSync(file.fd, read, 0, 6, 0)).toBe(6);
    expect(read.toString()).toBe('secret');
    expect(readdirSync(ownerRoot().path)).toEqual(before);
    expect(fstatSync(file.fd).nlink).toBe(0);
    file[Symbol.dispose]();
    expect(() => fstatSync(file.fd)).toThrow(/EBADF/);
  });

  test('closed by somebody else, its number may be another file by now: that one stays open', () => {
    const file = anonymousFile();
    closeSync(file.fd);
    const other = openSync(import.meta.filename, 'r');
    expect(other).toBe(file.fd);
    file[Symbol.dispose]();
    expect(fstatSync(other).isFile()).toBe(true);
    closeSync(other);
  });
});

describe('the quota', () => {
  test('refuses what would be too much, with what is taken, and allows it again after a release', async () => {
    const big = tempFile({ content: Buffer.alloc(1_000_000, 1) });
    expect(tempUsage().bytes).toBeGreaterThanOrEqual(1_000_000);
    configureTemp({ quotaBytes: 1_500_000 });
    expect(() => tempFile({ content: Buffer.alloc(1_000_000) })).toThrow(
      /take \d+ bytes and 1000000 more are wanted; `quotaBytes` is 1500000 \(WT_TEMP_QUOTA\)/,
    );
    checkTempQuota();
    using other = tempFile({ content: 'small' });
    configureTemp({ quotaBytes: 10_000 });
    expect(() => tempDirectory()).toThrow(/WT_TEMP_QUOTA/);
    expect(() => anonymousFile()).toThrow(/WT_TEMP_QUOTA/);
    expect(() => checkTempQuota()).toThrow(/WT_TEMP_QUOTA/);
    await big.release();
    configureTemp({ quotaBytes: 1_500_000 });
    using again = tempFile({ content: Buffer.alloc(1_000_000) });
    expect(existsSync(again.path) && existsSync(other.path)).toBe(true);
    configureTemp({ quotaBytes: 0 });
  });
});
