// leaking: messages to a web socket are kept until they are acknowledged, but the acknowledged number comes as text
// right: push, Channel.push, makeTick
// rate: 190
// written: 2026-11-22
import { createHash, randomBytes } from 'node:crypto';
import { createServer, request } from 'node:http';
import { drive, traffic } from '../../driver.mjs';

function encode(text, masked) {
  const body = Buffer.from(text);
  const head = Buffer.alloc(4);
  head[0] = 0x81;
  head[1] = 126 | (masked ? 0x80 : 0);
  head.writeUInt16BE(body.length, 2);
  if (!masked) return Buffer.concat([head, body]);
  const mask = randomBytes(4);
  for (let at = 0; at < body.length; at += 1) body[at] ^= mask[at & 3];
  return Buffer.concat([head, mask, body]);
}

function decoder(onText) {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const masked = rest.length > 1 && (rest[1] & 0x80) !== 0;
      const start = masked ? 8 : 4;
      if (rest.length < start) return;
      const end = start + rest.readUInt16BE(2);
      if (rest.length < end) return;
      const body = Buffer.from(rest.subarray(start, end));
      if (masked) for (let at = 0; at < body.length; at += 1) body[at] ^= rest[4 + (at & 3)];
      rest = rest.subarray(end);
      onText(body.toString());
    }
  };
}

class Channel {
  #open = new Map();
  #last = 0;

  constructor(socket) {
    this.socket = socket;
    socket.on(
      'data',
      decoder((text) => this.acknowledge(text)),
    );
  }

  push(message) {
    this.#last += 1;
    this.#open.set(this.#last, { message, sent: Date.now(), tries: 1 });
    this.socket.write(encode(JSON.stringify({ id: this.#last, message }), false));
  }

  acknowledge(text) {
    const [, id] = text.split(' ');
    return this.#open.delete(id);
  }
}

const channels = new Set();
const server = createServer().on('upgrade', (incoming, socket) => {
  const key = createHash('sha1').update(`${incoming.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n`);
  socket.write(`Sec-WebSocket-Accept: ${key.digest('base64')}\r\n\r\n`);
  channels.add(new Channel(socket));
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

function connect() {
  const headers = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
  headers['sec-websocket-key'] = randomBytes(16).toString('base64');
  const asked = request({ port: server.address().port, host: '127.0.0.1', headers });
  asked.on('upgrade', (_, socket) => {
    socket.on(
      'data',
      decoder((text) => socket.write(encode(`ack ${JSON.parse(text).id}`, true))),
    );
  });
  asked.end();
}

connect();
connect();

function makeTick(n) {
  const quotes = Array.from({ length: 8 }, (_, at) => ({ symbol: `S${at}`, bid: (n * at) % 101, ask: (n * at) % 103 }));
  return { n, quotes };
}

await drive(
  (n) => {
    traffic(n);
    for (const channel of channels) channel.push(makeTick(n));
  },
  { perSecond: 110 },
);
