import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { onDeadOwner, proveOwner, sweepTemp } from '../../src/temp/index.ts';
import { root, runCommand, testNode } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { canUnshare, rootsIn, startHolder } from './support.ts';

/** What a holder in this folder left when it was killed. */
async function killed(tmp: string, args: readonly string[] = ['wait'], env: Readonly<Record<string, string>> = {}) {
  const program = await startHolder(tmp, args, env);
  await program.kill('SIGKILL');
  return program.held;
}

interface Owner {
  nonce: string;
  socket: string;
  boot: string;
  host: string;
  pid: number;
}

/** Changes what the owner file says. */
function rewrite(path: string, change: (owner: Owner) => void): void {
  const file = join(path, 'owner.json');
  const owner = JSON.parse(readFileSync(file, 'utf8')) as Owner;
  change(owner);
  writeFileSync(file, JSON.stringify(owner));
}

describe('a sweep', () => {
  test('removes what a dead owner left and nothing of one that lives', async () => {
    const tmp = tempFolder();
    const living = await startHolder(tmp);
    const dead = await killed(tmp);
    const dry = await sweepTemp({ directory: tmp, dryRun: true });
    expect(dry).toMatchObject({ dryRun: true, ok: true, removed: 0 });
    expect(existsSync(dead.directory)).toBe(true);
    const report = await sweepTemp({ directory: tmp });
    expect(report).toMatchObject({ ok: true, removed: 1 });
    expect(report.freedBytes).toBeGreaterThan(20);
    const seen = new Map(report.owners.map(({ path, proof, removed }) => [path, `${proof} ${removed}`]));
    expect([seen.size, seen.get(living.held.root), seen.get(dead.root)]).toEqual([2, 'alive false', 'dead true']);
    expect(rootsIn(tmp)).toEqual([basename(living.held.root)]);
    expect(existsSync(living.held.directory) && existsSync(living.held.file)).toBe(true);
  });

  test('knows one that is stopped from one that is dead', async () => {
    const tmp = tempFolder();
    const program = await startHolder(tmp);
    process.kill(program.pid, 'SIGSTOP');
    expect(await proveOwner(program.held.root)).toBe('unverifiable');
    process.kill(program.pid, 'SIGCONT');
    expect(await proveOwner(program.held.root)).toBe('alive');
  });

  test('is right after pid reuse', async () => {
    const tmp = tempFolder();
    const dead = await killed(tmp);
    rewrite(dead.root, (owner) => (owner.pid = process.pid));
    expect(await proveOwner(dead.root)).toBe('dead');
    const living = await startHolder(tmp);
    rewrite(living.held.root, (owner) => (owner.pid = 2 ** 22 - 1));
    expect(await proveOwner(living.held.root)).toBe('alive');
  });

  test(`across pid namespaces${canUnshare ? '' : ' (not possible here)'}`, async () => {
    const tmp = tempFolder();
    const before = canUnshare ? ['unshare', '--pid', '--fork', '--kill-child'] : [];
    const inside = await startHolder(tmp, ['wait'], {}, before);
    expect(await proveOwner(inside.held.root)).toBe('alive');
    expect(await sweepTemp({ directory: tmp })).toMatchObject({ removed: 0 });
    const words = [testNode, join(root, 'dist/cli/bin.js'), 'sweep', '--json'];
    const [command = testNode, ...args] = [...before, ...words];
    const end = await runCommand(command, args, { env: { TMPDIR: tmp } });
    expect(JSON.parse(end.stdout)).toMatchObject({ removed: 0, owners: [{ path: inside.held.root, proof: 'alive' }] });
    expect(existsSync(inside.held.directory)).toBe(true);
  });

  test('never touches an owner without a socket, or one that cannot be asked', async () => {
    const tmp = tempFolder();
    const dead = await killed(tmp);
    const cases: Record<string, (path: string) => void> = {
      'it never had one': (path) => rewrite(path, (owner) => (owner.socket = '')),
      'its owner file is cut off': (path) => writeFileSync(join(path, 'owner.json'), '{"wt":1,"nonce":'),
      'its socket has a path that would be cut': (path) => rewrite(path, (owner) => (owner.socket = `/${'x'.repeat(110)}`)),
      'another machine has started it': (path) =>
        rewrite(path, (owner) => {
          owner.boot = 'another';
          owner.host = 'another';
        }),
      'its owner file was removed': (path) => rmSync(join(path, 'owner.json')),
      'the socket was removed': (path) => rmSync(join(path, 's')),
    };
    const owner = readFileSync(join(dead.root, 'owner.json'));
    for (const [name, change] of Object.entries(cases)) {
      writeFileSync(join(dead.root, 'owner.json'), owner);
      expect(await proveOwner(dead.root), name).toBe('dead');
      change(dead.root);
      expect(await proveOwner(dead.root), name).toBe('unverifiable');
      expect(await sweepTemp({ directory: tmp })).toMatchObject({ ok: true, removed: 0 });
    }
    expect(existsSync(dead.directory)).toBe(true);
  });

  test('of the same machine after a restart: a local file system is nobody else’s', async () => {
    const dead = await killed(tempFolder());
    rewrite(dead.root, (owner) => (owner.boot = 'the boot before'));
    expect(await proveOwner(dead.root)).toBe(process.platform === 'linux' ? 'dead' : 'unverifiable');
  });

  test('a stranger at the socket’s name is not the owner', async () => {
    const tmp = tempFolder();
    const dead = await killed(tmp);
    rmSync(join(dead.root, 's'));
    const answers = ['f'.repeat(32), 'HTTP/1.1 400 Bad Request\r\n\r\n'];
    const expected = ['dead', 'unverifiable'];
    for (const [index, answer] of answers.entries()) {
      const stranger = createServer((connection) => connection.end(answer));
      await new Promise<void>((resolve) => stranger.listen(join(dead.root, 's'), resolve));
      expect(await proveOwner(dead.root)).toBe(expected[index]);
      await new Promise((resolve) => stranger.close(resolve));
    }
  });

  test('looks at real folders of this user only, with names that we give', async () => {
    const tmp = tempFolder();
    const dead = await killed(tmp);
    const base = dirname(dead.root);
    const elsewhere = join(tmp, 'elsewhere');
    mkdirSync(elsewhere);
    renameSync(dead.root, join(elsewhere, 'precious'));
    symlinkSync(join(elsewhere, 'precious'), join(base, basename(dead.root)));
    mkdirSync(join(base, 'mine, not yours'));
    writeFileSync(join(base, 'o0123456789abcdef'), '');
    expect(await sweepTemp({ directory: tmp })).toMatchObject({ owners: [] });
    expect(readdirSync(join(elsewhere, 'precious'))).toContain('owner.json');
    expect(readdirSync(base)).toHaveLength(3);
    if (process.getuid?.() !== 0) return;
    rmSync(join(base, basename(dead.root)));
    renameSync(join(elsewhere, 'precious'), dead.root);
    chownSync(dead.root, 12_345, 12_345);
    expect(await sweepTemp({ directory: tmp })).toMatchObject({ owners: [] });
  });

  test('two at a time: every owner is removed once', async () => {
    const tmp = tempFolder();
    await killed(tmp);
    await killed(tmp);
    const reports = await Promise.all([sweepTemp({ directory: tmp }), sweepTemp({ directory: tmp })]);
    expect(reports.every(({ ok }) => ok)).toBe(true);
    expect(rootsIn(tmp)).toEqual([]);
  });

  test('goes on where another was cut short', async () => {
    const tmp = tempFolder();
    const dead = await killed(tmp);
    renameSync(dead.root, join(dirname(dead.root), `dead-${dead.nonce}`));
    expect(await sweepTemp({ directory: tmp })).toMatchObject({ removed: 1 });
    expect(rootsIn(tmp)).toEqual([]);
  });
});

describe('a root that is being made', () => {
  test('is removed when its owner was killed in the middle', async () => {
    const tmp = tempFolder();
    const { root: own } = await killed(tmp);
    const half = join(dirname(own), 'n0123456789abcdef');
    mkdirSync(half);
    writeFileSync(join(half, 's'), '');
    expect(await sweepTemp({ directory: tmp })).toMatchObject({ ok: true, removed: 2 });
    expect(rootsIn(tmp)).toEqual([]);
  });

  test('gets whole while sweeps run all the time', async () => {
    const tmp = tempFolder();
    const ready = new AbortController();
    const sweeping = (async () => {
      // Where there is nothing to sweep it waits for nothing: without a turn of the event loop between, nothing else would ever run.
      while (!ready.signal.aborted) {
        await sweepTemp({ directory: tmp });
        await nextTurn();
      }
    })();
    onTestFinished(() => ready.abort());
    const holders = [];
    for (let i = 0; i < 3; i += 1) holders.push(await startHolder(tmp));
    ready.abort();
    await sweeping;
    for (const { held } of holders) expect(await proveOwner(held.root)).toBe('alive');
    expect(rootsIn(tmp).length).toBe(3);
  });
});

describe('the journal of a dead owner', () => {
  const handling: Disposable[] = [];
  afterEach(() => {
    for (const one of handling.splice(0)) one[Symbol.dispose]();
  });

  test('is handed to whoever handles its kind; without one the root stays', async () => {
    const tmp = tempFolder();
    const dead = await killed(tmp, ['wait', 'journal=thing']);
    const kept = await sweepTemp({ directory: tmp });
    expect(kept).toMatchObject({
      ok: false,
      removed: 0,
      owners: [{ why: /not handled here: thing/ }].map(() => ({ proof: 'dead' })),
    });
    expect(kept.owners[0]?.why).toMatch(/not handled here: thing/);
    const seen: unknown[] = [];
    handling.push(onDeadOwner('thing', ({ nonce, entries }) => void seen.push(nonce, entries)));
    expect(await sweepTemp({ directory: tmp })).toMatchObject({ ok: true, removed: 1 });
    expect(seen).toEqual([dead.nonce, [{ id: 1, kind: 'thing', data: { pid: 1 } }]]);
    expect(rootsIn(tmp)).toEqual([]);
  });

  test('stays as long as its handler fails, and is handed over again', async () => {
    const tmp = tempFolder();
    await killed(tmp, ['wait', 'journal=thing']);
    let calls = 0;
    const handler = (): void => {
      calls += 1;
      if (calls === 1) throw new Error('not today');
    };
    handling.push(onDeadOwner('thing', handler));
    const first = await sweepTemp({ directory: tmp });
    expect(first).toMatchObject({ ok: false, owners: [{ why: 'not today' }] });
    expect(await sweepTemp({ directory: tmp })).toMatchObject({ ok: true, removed: 1 });
    expect(calls).toBe(2);
  });
});

describe('long paths', () => {
  const lengths = [90, 101, 110, 120, 130, 131];

  test.each(lengths)(
    'a folder of %i bytes: the socket is short, the owner can be asked, what it left is swept',
    async (length) => {
      const start = tempFolder();
      const tmp = join(start, 'x'.repeat(length - start.length - 1));
      mkdirSync(tmp);
      expect(Buffer.byteLength(tmp)).toBe(length);
      const runtime = tempFolder();
      const env = length % 2 === 0 ? { XDG_RUNTIME_DIR: runtime } : {};
      const program = await startHolder(tmp, ['wait'], env);
      const { held } = program;
      expect(held.socketPath.length).toBeGreaterThan(0);
      expect(Buffer.byteLength(held.socketPath)).toBeLessThanOrEqual(100);
      expect(await proveOwner(held.root)).toBe('alive');
      await program.kill('SIGKILL');
      expect(await proveOwner(held.root)).toBe('dead');
      expect(await sweepTemp({ directory: tmp })).toMatchObject({ removed: 1 });
      expect([existsSync(held.socketPath), rootsIn(tmp)]).toEqual([false, []]);
      const orderly = await startHolder(tmp, ['wait'], env);
      await orderly.kill('SIGTERM');
      expect([existsSync(orderly.held.socketPath), rootsIn(tmp)]).toEqual([false, []]);
    },
  );
});

describe('watertight sweep', () => {
  const sweep = (tmp: string, ...args: string[]) =>
    runCommand(testNode, [join(root, 'dist/cli/bin.js'), 'sweep', ...args], { env: { TMPDIR: tmp } });

  test('says what it would do, does it, and says when there is nothing to do', async () => {
    const tmp = tempFolder();
    const living = await startHolder(tmp);
    const dead = await killed(tmp);
    const dry = await sweep(tmp, '--dry-run');
    expect(dry.stdout).toMatch(
      /^would remove what 1 dead owner left \([\d.]+ KB\); 1 owner that lives or cannot be asked: untouched\n/,
    );
    expect(dry.stdout).toContain(`dead         ${dead.root}`);
    expect(dry.stdout).toContain(`alive        ${living.held.root}\n`);
    expect(existsSync(dead.root)).toBe(true);
    const end = await sweep(tmp);
    expect([end.code, end.stderr]).toEqual([0, '']);
    expect(end.stdout).toMatch(/^removed what 1 dead owner left/);
    expect((await sweep(tmp)).stdout).toMatch(/^nothing to sweep; 1 owner/);
    expect((await sweep('/', '--directory', tmp)).stdout).toMatch(/^nothing to sweep; 1 owner/);
  });

  test('ends with 125 when something could not be removed', async () => {
    const tmp = tempFolder();
    await killed(tmp, ['wait', 'journal=thing']);
    const end = await sweep(tmp);
    expect(end.code).toBe(125);
    expect(end.stdout).toMatch(/^not removed: what 1 dead owner left; removed: 0\n/);
    expect(end.stdout).toMatch(/not removed: its journal names things that are not handled here: thing/);
    expect((await sweep(tmp, '--dry-rum')).stderr).toMatch(/Did you mean --dry-run\?/);
  });
});

describe('watertight doctor', () => {
  const doctor = async (tmp: string): Promise<unknown> => {
    const end = await runCommand(testNode, [join(root, 'dist/cli/bin.js'), 'doctor', '--json'], {
      env: { TMPDIR: tmp, XDG_RUNTIME_DIR: '' },
    });
    const findings = JSON.parse(end.stdout) as readonly { feature: string }[];
    return findings.find(({ feature }) => feature === 'temporary files');
  };

  test('says whether temporary files can be had, and leaves none', async () => {
    const tmp = tempFolder();
    expect(await doctor(tmp)).toMatchObject({ state: 'works', why: expect.stringContaining(tmp) });
    expect(rootsIn(tmp)).toEqual([]);
    mkdirSync(join(tmp, 'open'));
    chmodSync(join(tmp, 'open'), 0o777);
    expect(await doctor(join(tmp, 'open'))).toMatchObject({ state: 'off', why: expect.stringContaining('WT_TEMP_UNAVAILABLE') });
  });
});
