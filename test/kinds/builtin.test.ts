import { createWriteStream, closeSync, openSync, readFileSync, watch, createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Agent, createServer as createHttpServer, request } from 'node:http';
import type { Server as HttpServer } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { CleanupPriority, ResourceRegistry, scope } from '../../src/core/index.ts';
import type { ResourceKind } from '../../src/core/index.ts';
import {
  fileDescriptors,
  fileHandles,
  httpServerKind,
  httpServers,
  socketKind,
  sockets,
  streamKind,
  streams,
  tcpServerKind,
  tcpServers,
  timers,
  trackConnections,
  undiciDispatchers,
  undiciKind,
  watchers,
  workers,
} from '../../src/kinds/index.ts';
import type { DispatcherLike } from '../../src/kinds/index.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { installPackages, packageOf } from './support/packages.ts';

async function released<T>(value: T, kind: ResourceKind<T>) {
  const registry = new ResourceRegistry();
  const outcome = await registry.register(value, kind).release();
  expect(outcome.error).toBeUndefined();
  expect(registry.count()).toBe(0);
  return outcome;
}
const gone = { result: 'released', verified: 'gone' };
const drainMs = 50;

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function connected(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}
const closedOf = (socket: Socket): Promise<unknown> =>
  socket.closed ? Promise.resolve() : new Promise((resolve) => socket.once('close', resolve));

describe('servers', () => {
  test('a TCP server waits for its connections', async () => {
    const server = createServer((socket) => void socket.on('data', (data) => socket.end(data)));
    const client = await connected(await listening(server));
    const outcome = released(server, tcpServers);
    client.end('bye');
    expect(await outcome).toMatchObject(gone);
    await closedOf(client.resume());
  });

  test('and cuts off those it knows after the time to drain', async () => {
    const server = trackConnections(createServer(() => undefined));
    expect(trackConnections(server)).toBe(server);
    const client = await connected(await listening(server));
    expect(await released(server, tcpServerKind({ drainMs }))).toMatchObject(gone);
    await closedOf(client.resume());
  });

  test('an HTTP server answers what is under way, and closes idle keep-alive connections at once', async () => {
    const server = createHttpServer((_request, response) => void setTimeout(() => response.end('late'), 100));
    const port = await listening(server);
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    const get = (): Promise<string> =>
      new Promise((resolve, reject) => {
        const call = request({ port, host: '127.0.0.1', agent }, (response) => {
          let text = '';
          response.on('data', (part: Buffer) => (text += part.toString()));
          response.on('end', () => resolve(text));
        });
        call.on('error', reject);
        call.end();
      });
    await get();
    const arrived = new Promise((resolve) => server.once('request', resolve));
    const answer = get();
    await arrived;
    expect(await released(server, httpServers)).toMatchObject(gone);
    expect(await answer).toBe('late');
  });

  test('an HTTP server cuts off a request that never ends', async () => {
    const server: HttpServer = createHttpServer(() => undefined);
    const port = await listening(server);
    const arrived = new Promise((resolve) => server.once('request', resolve));
    const call = request({ port, host: '127.0.0.1' });
    const failed = new Promise((resolve) => call.once('error', resolve));
    call.end();
    await arrived;
    expect(await released(server, httpServerKind({ drainMs }))).toMatchObject(gone);
    expect(await failed).toBeInstanceOf(Error);
  });

  test('an HTTP/2 server, by the connections it is known to have', async () => {
    const server = trackConnections(createHttp2Server());
    const session = connectHttp2(`http://127.0.0.1:${await listening(server)}`);
    session.on('error', () => undefined);
    await new Promise((resolve) => session.once('connect', resolve));
    const ended = new Promise((resolve) => session.once('close', resolve));
    expect(await released(server, tcpServerKind({ drainMs }))).toMatchObject(gone);
    await ended;
  });

  test('a server that does not listen is gone, and closing it again is no failure', async () => {
    expect(await released(createServer(), tcpServers)).toMatchObject(gone);
    const server = createHttpServer();
    await listening(server);
    expect(await released(server, httpServers)).toMatchObject(gone);
    expect(await released(server, httpServers)).toMatchObject(gone);
  });

  test('is closed at once where nothing can wait', async () => {
    const server = createHttpServer(() => undefined);
    const client = await connected(await listening(server));
    const guard = new ResourceRegistry().register(server, httpServers);
    guard[Symbol.dispose]();
    expect(server.listening).toBe(false);
    await closedOf(client.resume());
  });

  test('goes before databases when a scope is closed', () => {
    expect(tcpServers.priority).toBe(CleanupPriority.High);
    expect(httpServerKind({ priority: CleanupPriority.Low }).priority).toBe(CleanupPriority.Low);
    expect(() => httpServerKind({ drain: 5 } as never)).toThrow(/drainMs/);
  });
});

describe('sockets and streams', () => {
  test('a socket delivers what was written', async () => {
    let heard = '';
    const server = createServer(
      (socket) => void socket.on('data', (data) => (heard += data.toString())).on('end', () => socket.end()),
    );
    const socket = await connected(await listening(server));
    socket.write('all of it');
    expect(await released(socket, sockets)).toMatchObject(gone);
    expect(heard).toBe('all of it');
    await released(server, tcpServers);
  });

  test('a socket whose peer does not close is cut off', async () => {
    const server = trackConnections(createServer({ allowHalfOpen: true }, (socket) => void socket.resume()));
    const socket = await connected(await listening(server));
    expect(await released(socket, socketKind({ drainMs }))).toMatchObject(gone);
    await released(server, tcpServerKind({ drainMs: 0 }));
  });

  test('a file that is written is complete', async () => {
    const path = join(tempFolder(), 'out.txt');
    const stream = createWriteStream(path);
    stream.write('x'.repeat(500_000));
    expect(await released(stream, streams)).toMatchObject(gone);
    expect(readFileSync(path)).toHaveLength(500_000);
  });

  test('a stream is destroyed at once when the work failed', async () => {
    const stream = new PassThrough();
    stream.write('never read');
    const failing = scope({ registry: new ResourceRegistry() }).run((job) => {
      job.adopt(stream, streams);
      throw new Error('the work failed');
    });
    await expect(failing).rejects.toThrow('the work failed');
    expect(stream.destroyed).toBe(true);
  });

  test('a stream that is only read is destroyed, one that is over already is left alone', async () => {
    const path = join(tempFolder(), 'in.txt');
    closeSync(openSync(path, 'w'));
    const stream = createReadStream(path);
    expect(await released(stream, streams)).toMatchObject(gone);
    expect(await released(stream, streams)).toMatchObject(gone);
  });

  test('a sink that never takes what is written is cut off', async () => {
    const stuck = new Writable({ write: () => undefined });
    stuck.write('x');
    expect(await released(stuck, streamKind({ drainMs }))).toMatchObject(gone);
  });
});

describe('files', () => {
  test('a handle is closed once', async () => {
    const handle = await open(join(tempFolder(), 'data'), 'w');
    expect(await released(handle, fileHandles)).toMatchObject(gone);
    expect(handle.fd).toBe(-1);
    expect(await released(handle, fileHandles)).toMatchObject(gone);
  });

  test('a descriptor is closed, and its number used for another file is not mistaken for it', async () => {
    const folder = tempFolder();
    const descriptor = openSync(join(folder, 'data'), 'w');
    expect(await released(descriptor, fileDescriptors)).toMatchObject(gone);
    expect(() => closeSync(descriptor)).toThrow(/EBADF/);
    const registry = new ResourceRegistry();
    const second = openSync(join(folder, 'data'), 'w');
    let other = -1;
    registry.on(({ kind }) => {
      // As if another part of the program opened a file right after.
      if (kind === 'released' && other === -1) other = openSync(join(folder, 'other'), 'w');
    });
    expect(await registry.register(second, fileDescriptors).release()).toMatchObject({ result: 'released' });
    if (other !== -1) closeSync(other);
  });

  test('a descriptor that somebody else closed is a failure that is told', async () => {
    const descriptor = openSync(join(tempFolder(), 'data'), 'w');
    closeSync(descriptor);
    const outcome = await new ResourceRegistry().register(descriptor, fileDescriptors).release();
    expect(outcome).toMatchObject({ result: 'failed', error: { code: 'EBADF' } });
  });

  test('a watcher is closed', async () => {
    const watcher = watch(tempFolder());
    const ended = new Promise((resolve) => watcher.once('close', resolve));
    expect(await released(watcher, watchers)).toMatchObject({ result: 'released' });
    await ended;
  });
});

describe('threads and timers', () => {
  test('a worker in an endless loop is stopped', async () => {
    const worker = new Worker('for (;;) {}', { eval: true });
    await new Promise((resolve) => worker.once('online', resolve));
    expect(await released(worker, workers)).toMatchObject(gone);
    expect(await released(worker, workers)).toMatchObject(gone);
  });

  test('timers of all three sorts are cleared', async () => {
    const never = (): void => expect.unreachable();
    for (const timer of [setTimeout(never, 5), setInterval(never, 5), setImmediate(never)])
      expect(await released(timer, timers)).toMatchObject(gone);
  });
});

describe('undici', () => {
  interface Dispatcher extends DispatcherLike {
    request(options: object): Promise<{ body: { text(): Promise<string> } }>;
  }
  beforeAll(installPackages, 120_000);
  const made = (): Dispatcher => new (packageOf('undici') as { Agent: new () => Dispatcher }).Agent();

  test('requests under way are answered, then it is closed', async () => {
    const server = createHttpServer((_request, response) => void setTimeout(() => response.end('late'), 100));
    const origin = `http://127.0.0.1:${await listening(server)}`;
    const agent = made();
    const answer = agent.request({ origin, path: '/', method: 'GET' }).then(({ body }) => body.text());
    expect(await released<DispatcherLike>(agent, undiciDispatchers)).toMatchObject(gone);
    expect(await answer).toBe('late');
    await released(server, httpServers);
  });

  test('a request that never ends is cut off', async () => {
    const server = createHttpServer(() => undefined);
    const origin = `http://127.0.0.1:${await listening(server)}`;
    const agent = made();
    const answer = agent.request({ origin, path: '/', method: 'GET' }).catch((error: unknown) => error);
    expect(await released<DispatcherLike>(agent, undiciKind({ drainMs }))).toMatchObject(gone);
    expect(await answer).toBeInstanceOf(Error);
    expect(await released<DispatcherLike>(agent, undiciDispatchers)).toMatchObject(gone);
    await released(server, httpServers);
  });
});
