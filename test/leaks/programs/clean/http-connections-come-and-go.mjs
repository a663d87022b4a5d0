// clean: a new connection per request, closed after it
// written: 2026-11-21
import { createServer, get } from 'node:http';
import { drive } from '../../driver.mjs';

const server = createServer((request, response) => response.end(`you asked for ${request.url}`));
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address();

await drive(
  (n) =>
    new Promise((resolve, reject) => {
      get({ port, host: '127.0.0.1', agent: false, path: `/${n}` }, (response) => response.resume().on('end', resolve)).on(
        'error',
        reject,
      );
    }),
  { perSecond: 60 },
);
