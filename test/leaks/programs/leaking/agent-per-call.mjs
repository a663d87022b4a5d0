// leaking: a keep-alive agent per call: each keeps its connection
// right: call
// class: counter
// rate: 45
// written: 2026-11-21
import { createServer, get, Agent } from 'node:http';
import { drive } from '../../driver.mjs';

const server = createServer((request, response) => response.end('ok'));
server.keepAliveTimeout = 120_000;
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address();

function call(n) {
  return new Promise((resolve, reject) => {
    const agent = new Agent({ keepAlive: true });
    get({ port, host: '127.0.0.1', agent, path: `/${n}` }, (response) => response.resume().on('end', resolve)).on(
      'error',
      reject,
    );
  });
}

await drive(call, { perSecond: 8 });
