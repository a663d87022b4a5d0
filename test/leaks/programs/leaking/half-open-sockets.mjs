// leaking: a server that allows half-open connections answers and never ends its own side
// right: accept, ask
// class: counter
// rate: 8
// written: 2026-11-21
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { drive, traffic } from '../../driver.mjs';

let accepted = 0;

function accept(socket) {
  accepted += 1;
  socket.on('data', (data) => socket.write(`echo ${data}`));
  socket.on('end', () => socket.write('goodbye'));
}

const server = createServer({ allowHalfOpen: true }, accept);
server.listen(0, '127.0.0.1');
await once(server, 'listening');

function ask(n) {
  const socket = connect(server.address().port, '127.0.0.1');
  socket.resume();
  socket.end(`question ${n}`);
}

await drive(
  (n) => {
    traffic(n);
    if (n % 10 === 0) ask(n);
  },
  { perSecond: 60, count: () => accepted },
);
