// leaking: a chat server over ws takes each client into its list and never out
// right: welcome
// rate: 130
// written: 2026-11-21
import { once } from 'node:events';
import WebSocket, { WebSocketServer } from 'ws';
import { drive } from '../../driver.mjs';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
await once(server, 'listening');
const { port } = server.address();
const members = [];

function welcome(socket, request) {
  const member = { socket, path: request.url, history: new Array(200).fill(0), name: `member ${members.length}` };
  members.push(member);
  socket.on('message', (message) => member.history.push(message.length));
}
server.on('connection', welcome);

await drive(
  async (n) => {
    const client = new WebSocket(`ws://127.0.0.1:${port}/${n}`);
    await once(client, 'open');
    client.send('hello');
    client.close();
    await once(client, 'close');
  },
  { perSecond: 25 },
);
