// package: got
// versions: 12.5.1, 12.6.0
// says: an AbortSignal for the life of the service, given to each request
// right: ask, Request, makeRequest, flush, asPromise, _makeRequest
// rate: 620
// written: 2026-11-21
import { setMaxListeners } from 'node:events';
import { Agent, createServer } from 'node:http';
import { drive } from '../../driver.mjs';
import version from '../version.cjs';

const { default: got } = await import(version.versionOf('got'));

const service = new AbortController();
setMaxListeners(0, service.signal);
const agent = new Agent({ keepAlive: true, maxSockets: 4 });
const server = createServer((request, response) => response.end(JSON.stringify({ path: request.url })));
server.keepAliveTimeout = 60_000;
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address();

async function ask(n) {
  const { path } = await got(`http://127.0.0.1:${port}/${n}`, {
    signal: service.signal,
    agent: { http: agent },
    retry: { limit: 0 },
  }).json();
  return path;
}

await drive(ask, { perSecond: 25 });
