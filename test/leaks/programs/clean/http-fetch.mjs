// clean: fetch() with bodies that are read
// written: 2026-11-21
import { createServer } from 'node:http';
import { drive } from '../../driver.mjs';

const server = createServer((request, response) =>
  response.end(JSON.stringify({ path: request.url, values: new Array(100).fill(7) })),
);
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = `http://127.0.0.1:${server.address().port}`;

await drive(
  async (n) => {
    const response = await fetch(`${address}/${n}`);
    await response.json();
  },
  { perSecond: 60 },
);
