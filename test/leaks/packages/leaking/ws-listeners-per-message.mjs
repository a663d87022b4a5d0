// leaking: for each message over ws another listener waits for the pong
// right: onMessage
// rate: 190
// written: 2026-11-21
import { once } from 'node:events';
import WebSocket, { WebSocketServer } from 'ws';
import { drive } from '../../driver.mjs';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
await once(server, 'listening');

server.on('connection', (socket) => {
  socket.setMaxListeners(0);
  socket.on('message', function onMessage(message) {
    const order = { message: String(message), rows: new Array(90).fill(message.length) };
    socket.on('pong', () => order.rows.length);
    socket.send('taken');
  });
});
const client = new WebSocket(`ws://127.0.0.1:${server.address().port}/`);
await once(client, 'open');

await drive((n) => client.send(`order ${n}`), { perSecond: 180 });
