// clean: a plain server that renders JSON
// written: 2026-11-21
import { Agent, createServer, get } from 'node:http';
import { drive } from '../../driver.mjs';

const server = createServer((request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(
    JSON.stringify({ path: request.url, rows: Array.from({ length: 30 }, (_, row) => ({ row, text: `row ${row}` })) }),
  );
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address();
server.keepAliveTimeout = 60_000;
const agent = new Agent({ keepAlive: true, maxSockets: 6 });

await drive(
  (n) =>
    new Promise((resolve, reject) => {
      get({ port, host: '127.0.0.1', agent, path: `/items/${n}` }, (response) => response.resume().on('end', resolve)).on(
        'error',
        reject,
      );
    }),
  { perSecond: 120 },
);
