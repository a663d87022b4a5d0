// clean: a connection per question to an echo server, ended by both sides
// written: 2026-11-21
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { drive, sleep, traffic, upTo } from '../../driver.mjs';

const open = new Set();
const server = createServer({ allowHalfOpen: true }, (socket) => {
  open.add(socket);
  const parts = [];
  socket.on('data', (part) => parts.push(part));
  socket.on('end', () => socket.end(Buffer.concat(parts)));
  socket.on('close', () => open.delete(socket));
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');

async function ask(n) {
  const socket = connect(server.address().port, '127.0.0.1');
  socket.write(`question ${n} `.repeat(50));
  await sleep(80 + upTo(40));
  socket.end();
  let answer = '';
  for await (const part of socket) answer += part;
  return answer.length;
}

await drive(
  async (n) => {
    traffic(n);
    await ask(n);
  },
  { perSecond: 25 },
);
