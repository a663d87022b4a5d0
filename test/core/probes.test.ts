// Every probe meets the real thing: files, children, sockets, servers, workers, timers.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  ManualClock,
  ResourceRegistry,
  defineKind,
  markDescriptor,
  markProcess,
  probeDescriptor,
  probePath,
  probeProcess,
  probeServer,
  probeStream,
  probeTimer,
  probeWorker,
  verificationOf,
} from '../../src/core/index.ts';
import type { Verification } from '../../src/core/index.ts';
import { proofOf } from '../../src/core/probes/by-type.ts';
import { linuxProcesses } from '../../src/core/probes/linux.ts';
import { portableProcesses } from '../../src/core/probes/portable.ts';

const onLinux = process.platform === 'linux';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'watertight-probe-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A shell with children of its own: `sh` → `sleep`, and one that was forked away from it. */
function shell(script: string): ChildProcess {
  const child = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
    child.stdout?.destroy();
  });
  return child;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

async function until(done: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500 && !done(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(done()).toBe(true);
}

describe('paths', () => {
  it('are there, gone, or not to be told', () => {
    const path = join(folder(), 'a');
    expect(probePath(path)).toBe('gone');
    writeFileSync(path, '');
    expect(probePath(path)).toBe('still-there');
    expect(probePath({ path })).toBe('still-there');
    expect(probePath(join(path, 'below a file'))).toBe('gone');
    expect(probePath('\0')).toBe('unverifiable');
  });

  it('a link is there even when what it leads to is not', () => {
    const path = join(folder(), 'link');
    symlinkSync('/nowhere/at/all', path);
    expect(probePath(path)).toBe('still-there');
  });
});

describe('descriptors', () => {
  it('are told from another file that got the number', () => {
    const dir = folder();
    writeFileSync(join(dir, 'a'), 'a');
    writeFileSync(join(dir, 'b'), 'b');
    const fd = openSync(join(dir, 'a'), 'r');
    const mark = markDescriptor(fd);
    expect([probeDescriptor(mark), probeDescriptor(fd)]).toEqual(['still-there', 'still-there']);
    closeSync(fd);
    expect([probeDescriptor(mark), probeDescriptor(fd)]).toEqual(['gone', 'gone']);
    const again = openSync(join(dir, 'b'), 'r');
    expect(again).toBe(fd);
    expect([probeDescriptor(mark), probeDescriptor(fd)]).toEqual(['gone', 'still-there']);
    closeSync(again);
    expect(() => markDescriptor(fd)).toThrow(/must be an open one.*EBADF.*WT_INVALID_OPTION/);
  });

  it('a FileHandle knows itself', async () => {
    const handle = await open(join(folder(), 'a'), 'w');
    expect(probeDescriptor(handle)).toBe('still-there');
    await handle.close();
    expect(probeDescriptor(handle)).toBe('gone');
  });
});

describe('processes', () => {
  it('a child is gone once Node has seen its end', async () => {
    const child = shell('exec sleep 60');
    expect(probeProcess(child)).toBe('still-there');
    child.kill('SIGKILL');
    await ended(child);
    expect(probeProcess(child)).toBe('gone');
    const never = spawn('/no/such/program');
    await once(never, 'error');
    expect(probeProcess(never)).toBe('gone');
  });

  it.runIf(onLinux)('a mark knows the whole tree, also when the root has gone and left others behind', async () => {
    const child = shell('sleep 60 & echo $!; wait');
    const [line] = (await once(child.stdout!, 'data')) as [Buffer];
    const grandchild = Number(String(line));
    onTestFinished(() => {
      try {
        process.kill(grandchild, 'SIGKILL');
      } catch {
        // It has gone, as it should.
      }
    });
    const mark = markProcess(child.pid!);
    expect(mark.verify()).toBe('still-there');
    child.kill('SIGKILL');
    await ended(child);
    expect(probeProcess(child)).toBe('gone');
    expect(mark.verify()).toBe('still-there');
    process.kill(grandchild, 'SIGKILL');
    await until(() => mark.verify() === 'gone');
  });

  it.runIf(onLinux)('a number that another has by now is not taken for the first', () => {
    const me = linuxProcesses.identify(process.pid);
    expect(linuxProcesses.stateOf(me!)).toBe('alive');
    expect(linuxProcesses.stateOf({ pid: process.pid, startedAt: (me?.startedAt ?? 0) - 1 })).toBe('gone');
    expect(linuxProcesses.stateOf({ pid: process.pid, startedAt: null })).toBe('unknown');
  });

  it.runIf(onLinux)('a zombie has ended', async () => {
    // The shell becomes a program that does not wait for the child which it inherits.
    const child = shell('sleep 0 & echo $!; exec sleep 60');
    const [line] = (await once(child.stdout!, 'data')) as [Buffer];
    const identity = { pid: Number(String(line)), startedAt: linuxProcesses.identify(Number(String(line)))?.startedAt ?? null };
    await until(() => linuxProcesses.stateOf(identity) === 'zombie');
    child.kill('SIGKILL');
    await ended(child);
  });

  it('without /proc a number in use is unverifiable, and one that nobody has is gone', async () => {
    const child = shell('exec sleep 60');
    const identity = portableProcesses.identify(child.pid!)!;
    expect(portableProcesses.stateOf(identity)).toBe('unknown');
    expect(portableProcesses.descendantsOf(child.pid!)).toEqual([]);
    child.kill('SIGKILL');
    await ended(child);
    expect(portableProcesses.stateOf(identity)).toBe('gone');
    expect(portableProcesses.identify(child.pid!)).toBeUndefined();
    expect(markProcess(child.pid!).verify()).toBe('gone');
  });

  it('a pid must be one', () => {
    for (const pid of [0, -1, 1.5, NaN]) expect(() => markProcess(pid)).toThrow(/markProcess: the pid must be/);
  });
});

describe('objects of Node', () => {
  it('servers are gone when the last connection has ended', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    expect(await probeServer(server)).toBe('still-there');
    const accepted = once(server, 'connection');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const [other] = (await accepted) as [Socket];
    server.close();
    expect(await probeServer(server)).toBe('still-there');
    expect(probeStream(socket)).toBe('still-there');
    socket.destroy();
    other.destroy();
    expect(probeStream(socket)).toBe('gone');
    await once(server, 'close');
    expect(await probeServer(server)).toBe('gone');
  });

  it('HTTP servers, too', async () => {
    const server = createHttpServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    expect(await verificationOf('server', server)).toBe('still-there');
    server.close();
    await once(server, 'close');
    expect(await verificationOf('server', server)).toBe('gone');
  });

  it('streams, timers, workers', async () => {
    const stream = Readable.from(['a']);
    expect(probeStream(stream)).toBe('still-there');
    stream.destroy();
    expect(probeStream(stream)).toBe('gone');
    const timer = setTimeout(() => undefined, 60_000);
    expect(probeTimer(timer)).toBe('still-there');
    clearTimeout(timer);
    expect(probeTimer(timer)).toBe('gone');
    expect(probeTimer(new ManualClock().schedule(1, () => undefined))).toBe('unverifiable');
    const worker = new Worker('setInterval(() => 0, 1000)', { eval: true });
    await once(worker, 'online');
    expect(probeWorker(worker)).toBe('still-there');
    await worker.terminate();
    expect(probeWorker(worker)).toBe('gone');
  });
});

describe('by type', () => {
  it('says unverifiable of whatever it does not know', async () => {
    for (const type of [
      'file',
      'temp-file',
      'socket',
      'stream',
      'server',
      'worker',
      'timer',
      'process',
      'database',
      'custom:x',
    ] as const)
      for (const value of [undefined, null, {}, 'not there either', Symbol('x')]) {
        if (type === 'temp-file' && typeof value === 'string') continue;
        expect(await verificationOf(type, value), type).toBe('unverifiable');
      }
    const trap = { get destroyed(): boolean { throw new Error('trap'); } }; // prettier-ignore
    expect(verificationOf('socket', trap)).toBe('unverifiable');
  });

  it('a proof outlives what it is about, and holds no object', async () => {
    const dir = folder();
    mkdirSync(join(dir, 'sub'));
    const fd = openSync(join(dir, 'a'), 'w');
    const proofs = [proofOf('file', fd), proofOf('temp-directory', join(dir, 'sub')), proofOf('process', shell('exec sleep 60'))];
    const ask = (): Promise<Verification[]> => Promise.all(proofs.map(async (proof) => proof()));
    expect(await ask()).toEqual(['still-there', 'still-there', onLinux ? 'still-there' : 'unverifiable']);
    closeSync(fd);
    rmSync(join(dir, 'sub'), { recursive: true });
    expect((await ask()).slice(0, 2)).toEqual(['gone', 'gone']);
    expect(proofOf('file', 99_999)()).toBe('unverifiable');
    expect(proofOf('process', 'x')()).toBe('unverifiable');
  });
});

describe('verification after releases', () => {
  const honest = defineKind<{ open: boolean }>({
    type: 'custom:box',
    release: (it) => void (it.open = false),
    probe: (it) => (it.open ? 'still-there' : 'gone'),
  });
  const lying = defineKind<{ open: boolean }>({ type: 'custom:box', release: () => undefined, probe: () => 'still-there' });

  it('counts in status() and metrics(), and a resource that is still there has failed', async () => {
    const registry = new ResourceRegistry();
    expect((await registry.register({ open: true }, honest).release()).verified).toBe('gone');
    expect((await registry.register({ open: true }, honest).release()).verified).toBe('gone');
    expect((await registry.register({ open: true }, lying).release()).result).toBe('failed');
    const expected = { gone: 2, stillThere: 1, unverifiable: 0, successRate: 2 / 3 };
    expect(registry.status().verification).toEqual(expected);
    expect(registry.metrics().verification).toEqual(expected);
    expect(new ResourceRegistry().status().verification.successRate).toBe(1);
  });

  it('a second release that goes well is not reported as the first', async () => {
    const registry = new ResourceRegistry();
    let stuck = true;
    const release = (): void => {
      if (stuck) throw new Error('stuck');
    };
    const guard = registry.register(1, { type: 'custom', release, probe: () => 'gone' });
    expect(guard.release()).toMatchObject({ result: 'failed' });
    stuck = false;
    expect(await registry.releaseAll()).toMatchObject({ ok: true, released: 1, problems: [] });
    expect(registry.count()).toBe(0);
  });

  it('`off` asks nobody', async () => {
    const registry = new ResourceRegistry({ verifyReleases: 'off' });
    const outcome = await registry.register({ open: true }, lying).release();
    expect(outcome.result).toBe('released');
    expect(outcome.verified).toBeUndefined();
  });

  it('`all` looks at the value itself where the kind has no probe', async () => {
    const registry = new ResourceRegistry({ verifyReleases: 'all' });
    const files = defineKind<number>({ type: 'file', release: (fd) => closeSync(fd) });
    const forgetful = defineKind<number>({ type: 'file', release: () => undefined });
    const dir = folder();
    const fd = openSync(join(dir, 'a'), 'w');
    const guard = registry.register(fd, files);
    expect(registry.verify(guard.id)).toBe('still-there');
    expect(guard.release()).toMatchObject({ result: 'released', verified: 'gone' });
    const other = openSync(join(dir, 'b'), 'w');
    expect(registry.register(other, forgetful).release()).toMatchObject({ result: 'failed' });
    closeSync(other);
    expect(await registry.register({}, { type: 'custom', release: async () => undefined }).release()).toMatchObject({
      verified: 'unverifiable',
    });
    expect(registry.status().verification).toMatchObject({ gone: 1, stillThere: 1, unverifiable: 1 });
    expect(registry.scope().close()).toMatchObject({ ok: true });
  });

  it('`using` is verified, too', () => {
    const registry = new ResourceRegistry();
    const kind = defineKind<number>({ type: 'custom', releaseSync: () => undefined, probe: () => 'still-there' });
    const block = (): void => {
      using guard = registry.register(1, kind);
      expect(guard.value).toBe(1);
    };
    expect(block).toThrow(/still there/);
    expect(registry.status().verification.stillThere).toBe(1);
  });

  it('verifyAll() asks about all, or those that match, several at a time', async () => {
    const registry = new ResourceRegistry({ concurrency: 2 });
    let running = 0;
    let most = 0;
    const slow = defineKind<number>({
      type: 'custom:slow',
      release: () => undefined,
      probe: async (value) => {
        most = Math.max(most, ++running);
        await Promise.resolve();
        running -= 1;
        if (value === 7) throw new Error('no answer');
        return value % 2 === 0 ? 'gone' : 'still-there';
      },
    });
    for (let at = 0; at < 9; at += 1) registry.register(at, slow, { name: `row ${at}` });
    registry.register({}, { type: 'custom', release: () => undefined });
    registry.scope();
    const report = await registry.verifyAll();
    expect(report).toMatchObject({ gone: 5, stillThere: 3, unverifiable: 2 });
    expect(most).toBe(2);
    expect(report.resources.find((row) => row.name === 'row 3')).toMatchObject({
      type: 'custom:slow',
      state: 'live',
      verification: 'still-there',
    });
    expect((await registry.verifyAll({ type: 'custom' })).resources).toHaveLength(1);
    await expect(registry.verifyAll({ kind: 'x' } as never)).rejects.toThrow(/WT_INVALID_OPTION/);
  });

  it('verifyAll() waits no longer than a release may take, and skips what has ended meanwhile', async () => {
    const clock = new ManualClock();
    const registry = new ResourceRegistry({ clock, concurrency: 1 });
    const never = {
      type: 'custom',
      release: () => undefined,
      probe: () => new Promise<never>(() => {}),
      releaseTimeoutMs: 50,
    } as const;
    registry.register(1, never);
    const second = registry.register(2, { type: 'custom', release: () => undefined });
    const all = registry.verifyAll();
    void second.release();
    await clock.advanceAsync(100);
    expect(await all).toMatchObject({ unverifiable: 1, resources: [{ state: 'live' }] });
  });
});
