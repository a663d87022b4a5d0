// leaking: a 'close' listener per request on a connection that is kept alive
// right: handle
// rate: 220
// written: 2026-11-21
import { createServer, get, Agent } from 'node:http';
import { drive } from '../../driver.mjs';

function handle(request, response) {
  const work = { url: request.url, cancelled: false, rows: new Array(160).fill(1) };
  request.socket.setMaxListeners(0);
  request.socket.on('close', () => {
    work.cancelled = true;
  });
  response.end(String(work.rows.length));
}

const server = createServer(handle);
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
server.keepAliveTimeout = 60_000;
const agent = new Agent({ keepAlive: true, maxSockets: 4 });
const { port } = server.address();

await drive(
  (n) =>
    new Promise((resolve, reject) => {
      get({ port, host: '127.0.0.1', agent, path: `/${n}` }, (response) => response.resume().on('end', resolve)).on(
        'error',
        reject,
      );
    }),
  { perSecond: 140 },
);
