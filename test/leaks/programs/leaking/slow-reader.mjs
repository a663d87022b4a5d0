// leaking: quotes are written to all clients, also to one that has stopped reading; nobody looks at what write() says
// right: broadcast, makeQuote
// rate: 970
// written: 2026-11-21
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { drive, traffic } from '../../driver.mjs';

const clients = new Set();

const server = createServer((socket) => {
  clients.add(socket);
  socket.on('close', () => clients.delete(socket));
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');

function connectClient(reads) {
  const client = connect(server.address().port, '127.0.0.1');
  if (reads) client.resume();
  else client.pause();
}

for (const reads of [true, true, false]) connectClient(reads);

function makeQuote(n) {
  const prices = Array.from({ length: 500 }, (_, at) => ((at * n) % 10_007) / 7);
  return `${JSON.stringify({ n, prices })}\n`;
}

function broadcast(n) {
  const quote = makeQuote(n);
  for (const client of clients) client.write(quote);
}

await drive(
  (n) => {
    traffic(n);
    broadcast(n);
  },
  { perSecond: 120 },
);
