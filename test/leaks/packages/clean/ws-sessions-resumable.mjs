// clean: the session of a player whose web socket broke is held for four seconds, with what he missed; then it ends, unless he came back
// written: 2026-11-22
import { once } from 'node:events';
import { WebSocket, WebSocketServer } from 'ws';
import { drive, every, traffic, upTo } from '../../driver.mjs';

class Session {
  missed = [];
  socket = null;
  leftAt = Infinity;

  constructor(token) {
    this.token = token;
    this.board = Array.from({ length: 400 }, (_, field) => ({ field, piece: field % 7 }));
  }

  attach(socket) {
    this.socket = socket;
    this.leftAt = Infinity;
    for (const text of this.missed.splice(0)) socket.send(text);
  }

  detach() {
    this.socket = null;
    this.leftAt = performance.now();
  }

  send(text) {
    if (this.socket !== null) this.socket.send(text);
    else if (this.missed.push(text) > 50) this.missed.shift();
  }
}

const sessions = new Map();
const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
await once(server, 'listening');

server.on('connection', (socket, request) => {
  const token = request.url.slice(1);
  if (!sessions.has(token)) sessions.set(token, new Session(token));
  const session = sessions.get(token);
  session.attach(socket);
  socket.on('message', (data) => {
    const { field, piece } = JSON.parse(data);
    session.board[field] = { field, piece };
  });
  socket.on('close', () => session.detach());
});

every(300, () => {
  const news = JSON.stringify({ players: sessions.size, at: Date.now(), scores: Array.from({ length: 30 }, () => upTo(500)) });
  for (const session of sessions.values()) session.send(news);
});

every(500, () => {
  const limit = performance.now() - 4_000;
  for (const [token, session] of sessions) if (session.leftAt < limit) sessions.delete(token);
});

function play(token, returns) {
  const client = new WebSocket(`ws://127.0.0.1:${server.address().port}/${token}`);
  client.on('open', () => {
    for (let move = 0; move < 8; move += 1) client.send(JSON.stringify({ field: upTo(400), piece: move }));
    setTimeout(() => client.close(), 300 + upTo(500));
  });
  if (returns) client.on('close', () => setTimeout(() => play(token, false), 500 + upTo(2_000)));
}

await drive(
  (n) => {
    traffic(n);
    if (n % 6 === 0) play(`player-${n}`, upTo(3) === 0);
  },
  { perSecond: 100 },
);
