// clean: connections to a server on this machine: opened when needed, used again, closed after two idle seconds
// written: 2026-11-21
import { connect, createServer } from 'node:net';
import { drive, sleep, traffic, upTo } from '../../driver.mjs';

const server = createServer((socket) => socket.on('data', () => socket.write('answer')));
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address();
const idle = [];

function open() {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve({ socket, limit: undefined }));
    socket.once('error', reject);
  });
}

async function query(n) {
  const connection = idle.pop() ?? (await open());
  clearTimeout(connection.limit);
  const answer = new Promise((resolve) => connection.socket.once('data', resolve));
  connection.socket.write(`ask ${n}`);
  await answer;
  await sleep(upTo(80));
  connection.limit = setTimeout(() => {
    idle.splice(idle.indexOf(connection), 1);
    connection.socket.destroy();
  }, 2_000);
  idle.push(connection);
}

await drive(
  async (n) => {
    traffic(n);
    await query(n);
  },
  { perSecond: 80 },
);
