// package: cacheable-request
// versions: 10.2.5, 10.2.7
// says: cached requests; the old version leaves an error listener on the store for each
// right: ask, CacheableRequest, request, makeRequest, createCacheableRequest
// rate: 75
// written: 2026-11-21
import { Agent, createServer, request } from 'node:http';
import { drive } from '../../driver.mjs';
import version from '../version.cjs';

const { default: CacheableRequest } = await import(version.versionOf('cacheable-request'));

const store = new Map();
const cacheable = new CacheableRequest(request, store).request();
const agent = new Agent({ keepAlive: true, maxSockets: 4 });
const server = createServer((_request, response) => {
  response.setHeader('cache-control', 'no-store');
  response.end('fine');
});
server.keepAliveTimeout = 60_000;
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address();

function ask(n) {
  return new Promise((resolve, reject) => {
    const call = cacheable({ host: '127.0.0.1', port, path: `/${n}`, method: 'GET', agent }, (response) =>
      response.resume().once('end', resolve),
    );
    call.on('error', reject);
    call.on('request', (sent) => sent.end());
  });
}

await drive(ask, { perSecond: 40 });
