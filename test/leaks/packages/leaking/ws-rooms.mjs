// leaking: players leave their room when their connection closes; the empty room stays, with all its moves
// right: enter, onMessage
// rate: 200
// written: 2026-11-21
import { once } from 'node:events';
import { WebSocket, WebSocketServer } from 'ws';
import { drive, traffic } from '../../driver.mjs';

const rooms = new Map();
const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
await once(server, 'listening');

function enter(name, socket) {
  if (!rooms.has(name)) rooms.set(name, { name, players: new Set(), moves: [] });
  const room = rooms.get(name);
  room.players.add(socket);
  return room;
}

function onMessage(room, data) {
  const move = JSON.parse(data);
  room.moves.push({ ...move, board: Array.from({ length: 64 }, (_, field) => (field * move.at) % 7) });
  for (const player of room.players) player.send(String(room.moves.length));
}

server.on('connection', (socket, request) => {
  const room = enter(request.url, socket);
  socket.on('message', (data) => onMessage(room, data));
  socket.on('close', () => room.players.delete(socket));
});

function play(n) {
  const client = new WebSocket(`ws://127.0.0.1:${server.address().port}/game-${n}`);
  client.on('open', () => {
    for (let at = 0; at < 10; at += 1) client.send(JSON.stringify({ at, from: 'e2', to: 'e4' }));
    setTimeout(() => client.close(), 400);
  });
}

await drive(
  (n) => {
    traffic(n);
    if (n % 4 === 0) play(n);
  },
  { perSecond: 80 },
);
