// clean: rooms over ws; the last player to leave takes the room along
// written: 2026-11-21
import { once } from 'node:events';
import { WebSocket, WebSocketServer } from 'ws';
import { drive, traffic, upTo } from '../../driver.mjs';

const rooms = new Map();
const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
await once(server, 'listening');

server.on('connection', (socket, request) => {
  const name = request.url;
  if (!rooms.has(name)) rooms.set(name, { players: new Set(), moves: [] });
  const room = rooms.get(name);
  room.players.add(socket);
  socket.on('message', (data) => {
    room.moves.push({ ...JSON.parse(data), board: new Array(64).fill(0) });
    for (const player of room.players) player.send(String(room.moves.length));
  });
  socket.on('close', () => {
    room.players.delete(socket);
    if (room.players.size === 0) rooms.delete(name);
  });
});

function play(n) {
  const client = new WebSocket(`ws://127.0.0.1:${server.address().port}/game-${Math.floor(n / 2)}`);
  client.on('open', () => {
    for (let at = 0; at < 8; at += 1) client.send(JSON.stringify({ at, from: 'e2', to: 'e4' }));
    setTimeout(() => client.close(), 300 + upTo(900));
  });
}

await drive(
  (n) => {
    traffic(n);
    if (n % 4 === 0) play(n / 4);
  },
  { perSecond: 80 },
);
