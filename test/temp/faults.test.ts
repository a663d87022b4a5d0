import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root, runCommand, testNode } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { canMount, mounting } from './support.ts';

const dist = join(root, 'dist');
/** Only root can mount a file system anew, and only others are hindered by modes. */
const isRoot = process.getuid?.() === 0;
const unneeded = (_name: string, _run: () => Promise<void>): void => {};
const forRoot = isRoot ? test : unneeded;
const forOthers = isRoot ? unneeded : test;

const imports = `
  import fs from 'node:fs';
  import { join } from 'node:path';
  import { execFileSync } from 'node:child_process';
  import { ResourceRegistry } from '${dist}/core/index.js';
  import * as temp from '${dist}/temp/index.js';
  const tell = (value) => console.log(JSON.stringify(value));
  const failing = (what) => { try { what(); return 'no error'; } catch (error) { return [error.code, error.cause?.code].join(' ').trim(); } };
`;

/** Runs a program whose folder for temporary things is a file system of its own, which nobody else sees. Its lines, parsed. */
async function onMount(options: string, source: string) {
  const tmp = tempFolder();
  const disk = join(tmp, 'disk');
  mkdirSync(disk);
  writeFileSync(join(tmp, 'program.mjs'), imports + source);
  const script = `mount -t tmpfs -o ${options} tmpfs '${disk}' && exec '${testNode}' '${tmp}/program.mjs'`;
  const [command = '', ...rest] = mounting;
  const env = { TMPDIR: disk, OTHER: tmp, XDG_RUNTIME_DIR: '' };
  const end = await runCommand(command, [...rest, 'sh', '-c', script], { env });
  expect(end.stderr).toBe('');
  return {
    tmp,
    lines: end.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  };
}

describe.runIf(canMount)('on a file system of its own (needs leave to mount)', () => {
  test('a full disk: a typed error, nothing half made stays, and there is room again after a release', async () => {
    const { lines } = await onMount(
      'size=1m,nr_inodes=200',
      `
      const content = Buffer.alloc(600_000, 1);
      const first = temp.tempFile({ content });
      const before = fs.readdirSync(temp.ownerRoot().path);
      tell(failing(() => temp.tempFile({ content })));
      tell(before.join() === fs.readdirSync(temp.ownerRoot().path).join());
      await first.release();
      tell(failing(() => temp.tempFile({ content })[Symbol.dispose]()));
      const held = [];
      let why = 'no error';
      while (why === 'no error' && held.length < 500) why = failing(() => held.push(temp.tempDirectory()));
      tell([why, held.length > 100]);
      tell(failing(() => temp.linkOrUse(import.meta.filename, { thresholdBytes: 0 })));
      for (const one of held) one[Symbol.dispose]();
      tell(failing(() => temp.tempDirectory()[Symbol.dispose]()));
      `,
    );
    expect(lines).toEqual(['WT_NO_SPACE ENOSPC', true, 'no error', ['WT_NO_SPACE ENOSPC', true], 'no error', 'no error']);
  });

  test('a disk that is full before the first use: no half root stays, and another place can be given', async () => {
    const { lines } = await onMount(
      'size=64k',
      `
      const disk = process.env.TMPDIR;
      const fd = fs.openSync(join(disk, 'filler'), 'w');
      try { for (;;) fs.writeSync(fd, Buffer.alloc(4096)); } catch { fs.closeSync(fd); }
      tell(failing(() => temp.tempDirectory()));
      const [base] = fs.readdirSync(disk).filter((name) => name.startsWith('watertight'));
      tell(base === undefined ? [] : fs.readdirSync(join(disk, base)));
      temp.configureTemp({ directory: process.env.OTHER });
      tell(failing(() => temp.tempDirectory()[Symbol.dispose]()));
      `,
    );
    expect(lines).toEqual(['WT_NO_SPACE ENOSPC', [], 'no error']);
  });

  test('a journal on a full disk: a typed error, and what was written before is still read', async () => {
    const { lines } = await onMount(
      'size=128k',
      `
      const journal = temp.ownerJournal();
      const first = journal.add('process', { pid: 7 });
      const filler = temp.tempFile();
      const fd = fs.openSync(filler.path, 'a');
      try { for (;;) fs.writeSync(fd, Buffer.alloc(4096)); } catch { fs.closeSync(fd); }
      let why = 'no error';
      for (let index = 0; index < 5000 && why.startsWith('no error'); index += 1) why = failing(() => journal.add('process', { pid: 8, text: 'x'.repeat(50) }));
      tell(why);
      journal.remove(first);
      await filler.release();
      const last = journal.add('process', { pid: 9 });
      const read = temp.readJournal(temp.ownerRoot().journalPath);
      tell([read.at(-1), read.every(({ id, data }) => id === last || data.pid === 7 || data.pid === 8)]);
      `,
    );
    expect(lines).toEqual(['WT_NO_SPACE ENOSPC', [{ id: expect.any(Number), kind: 'process', data: { pid: 9 } }, true]]);
  });

  forRoot('made read-only: the failure is an outcome, stays visible, and can be tried again', async () => {
    const { lines } = await onMount(
      'size=1m',
      `
      const disk = process.env.TMPDIR;
      const registry = new ResourceRegistry();
      const directory = temp.tempDirectory({ owner: registry, name: 'mine' });
      fs.writeFileSync(join(directory.path, 'file'), 'x');
      execFileSync('mount', ['-o', 'remount,ro', disk]);
      tell(failing(() => temp.tempDirectory()));
      tell(failing(() => temp.tempFile()));
      const { result, attempts, error } = await directory.release();
      tell([result, attempts, error.code]);
      tell([registry.get('mine').state, registry.health().status]);
      execFileSync('mount', ['-o', 'remount,rw', disk]);
      const report = await registry.forceCleanupAll();
      await temp.removalsDone();
      tell([report.ok, fs.existsSync(directory.path), temp.tempStatus().failed.length]);
      `,
    );
    expect(lines).toEqual([
      'WT_TEMP_UNAVAILABLE EROFS',
      'WT_TEMP_UNAVAILABLE EROFS',
      ['abandoned', 3, 'EROFS'],
      ['abandoned', 'degraded'],
      [true, false, 0],
    ]);
  });

  test('a removal in the background that fails is told, kept, and tried again', async () => {
    const { lines } = await onMount(
      'size=1m',
      `
      const directory = temp.tempDirectory();
      const busy = join(directory.path, 'busy');
      fs.mkdirSync(busy);
      execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', busy]);
      await directory.release();
      await temp.removalsDone();
      const [failed] = temp.tempStatus().failed;
      tell([fs.existsSync(directory.path), failed.error.code, failed.attempts]);
      execFileSync('umount', [join(failed.path, 'busy')]);
      tell(temp.retryRemovals());
      await temp.removalsDone();
      tell([fs.existsSync(failed.path), temp.tempStatus().failed.length]);
      `,
    );
    expect(lines).toEqual([[false, 'EBUSY', 4], 1, [false, 0]]);
  });

  test('another device: the file itself is used, with one warning, and nothing stays', async () => {
    const { tmp, lines } = await onMount(
      'size=1m',
      `
      const file = join(process.env.OTHER, 'capture.pcap');
      fs.writeFileSync(file, 'packets');
      const told = [];
      const logger = Object.fromEntries(['debug', 'info', 'warn', 'error'].map((level) => [level, (fields, text) => told.push([level, fields.code])]));
      const before = fs.readdirSync(temp.ownerRoot().path);
      const used = temp.linkOrUse(file, { thresholdBytes: 0, logger });
      tell([used.path === file, used.linked, used.guard === undefined, told]);
      tell(before.join() === fs.readdirSync(temp.ownerRoot().path).join());
      await used.release();
      tell(fs.existsSync(file));
      `,
    );
    expect(lines).toEqual([[true, false, true, [['warn', 'EXDEV']]], true, true]);
    expect(readFileSync(join(tmp, 'capture.pcap'), 'utf8')).toBe('packets');
  });
});

const readOnly = `
  const registry = new ResourceRegistry();
  const directory = temp.tempDirectory({ owner: registry, name: 'mine' });
  const { path } = temp.ownerRoot();
  fs.chmodSync(path, 0o500);
  tell(failing(() => temp.tempDirectory()));
  tell((await directory.release()).result);
  fs.chmodSync(path, 0o700);
  tell((await registry.forceCleanupAll()).ok);
`;

describe('places that cannot be used', () => {
  async function run(tmp: string, source: string) {
    const file = join(tempFolder(), 'program.mjs');
    writeFileSync(file, imports + source);
    return runCommand(testNode, [file], { env: { TMPDIR: tmp, XDG_RUNTIME_DIR: '' } });
  }

  forOthers('made read-only, for a user whom that hinders', async () => {
    const end = await run(tempFolder(), readOnly);
    expect(end.stdout).toBe('"WT_TEMP_UNAVAILABLE EACCES"\n"abandoned"\ntrue\n');
  });

  test('a folder that is not there', async () => {
    const end = await run(join(tempFolder(), 'no'), `tell(failing(() => temp.tempDirectory()))`);
    expect(end.stdout).toBe('"WT_TEMP_UNAVAILABLE ENOENT"\n');
  });

  test('a folder in which everybody may rename', async () => {
    const tmp = tempFolder();
    const end = await run(
      tmp,
      `fs.chmodSync(process.env.TMPDIR, 0o777); try { temp.tempFile(); } catch (error) { tell(error.message); }`,
    );
    expect(end.stdout).toMatch(/everybody may rename what stands in .*chmod \+t.*WT_TEMP_UNAVAILABLE/);
  });

  test('a stranger, or a link, has taken our name: another one that nobody can guess', async () => {
    const tmp = tempFolder();
    mkdirSync(join(tmp, 'theirs'));
    const source = `
      fs.symlinkSync(join(process.env.TMPDIR, 'theirs'), join(process.env.TMPDIR, 'watertight-temp-' + (process.getuid?.() ?? 'user')));
      const { path } = temp.ownerRoot();
      tell([path.slice(process.env.TMPDIR.length), await temp.proveOwner(path), fs.readdirSync(join(process.env.TMPDIR, 'theirs'))]);
      const { owners } = await temp.sweepTemp();
      tell(owners.map((owner) => [owner.path === path, owner.proof]));
    `;
    const [first = '', second] = (await run(tmp, source)).stdout.split('\n');
    expect(JSON.parse(first)).toEqual([expect.stringMatching(/^\/watertight-temp-\w+-\w{6}\/o[0-9a-f]{16}$/), 'alive', []]);
    expect(second).toBe('[[true,"alive"]]');
  });
});
