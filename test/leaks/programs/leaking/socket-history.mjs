// leaking: a server notes on each socket what was asked over it, and the sockets of its four clients stay for ever
// right: note, handle
// rate: 110
// written: 2026-11-21
import { once } from 'node:events';
import { Agent, createServer, get } from 'node:http';
import { drive } from '../../driver.mjs';

function note(request) {
  const { socket } = request;
  socket.asked ??= [];
  socket.asked.push({ url: request.url, headers: { ...request.headers }, at: process.hrtime(), sizes: new Array(60).fill(0) });
}

function handle(request, response) {
  note(request);
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ count: request.socket.asked.length }));
}

const server = createServer(handle);
server.listen(0, '127.0.0.1');
await once(server, 'listening');
server.keepAliveTimeout = 60_000;
const agent = new Agent({ keepAlive: true, maxSockets: 4 });

function ask(path) {
  return new Promise((resolve, reject) => {
    const options = { port: server.address().port, host: '127.0.0.1', agent, path };
    get(options, (response) => response.resume().on('end', resolve)).on('error', reject);
  });
}

await drive((n) => ask(`/count/${n}`), { perSecond: 130 });
