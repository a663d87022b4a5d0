// clean: clients come over ws, talk for a second and leave
// written: 2026-11-21
import { once } from 'node:events';
import WebSocket, { WebSocketServer } from 'ws';
import { drive, sleep, upTo } from '../../driver.mjs';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
await once(server, 'listening');
const { port } = server.address();
const members = new Set();

server.on('connection', (socket) => {
  members.add(socket);
  socket.on('message', (message) => {
    for (const member of members) if (upTo(4) === 0) member.send(String(message));
  });
  socket.on('close', () => members.delete(socket));
});

await drive(
  async (n) => {
    const client = new WebSocket(`ws://127.0.0.1:${port}/${n}`);
    await once(client, 'open');
    client.send(`hello from ${n}`);
    await sleep(500 + upTo(500));
    client.close();
    await once(client, 'close');
  },
  { perSecond: 15 },
);
