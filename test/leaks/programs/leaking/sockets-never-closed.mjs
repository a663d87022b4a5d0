// leaking: a connection is opened per look-up and neither ended nor used again
// right: lookUp
// class: counter
// rate: 10
// written: 2026-11-21
import { connect, createServer } from 'node:net';
import { drive, traffic } from '../../driver.mjs';

const server = createServer((socket) => socket.on('data', () => socket.write('answer')));
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address();

function lookUp(n) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`ask ${n}`));
    socket.once('data', () => resolve());
    socket.once('error', reject);
  });
}

await drive(
  async (n) => {
    traffic(n);
    await lookUp(n);
  },
  { perSecond: 8 },
);
