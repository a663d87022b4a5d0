// clean: an express route holds responses back for news, which comes every second; clients that go are taken out
// written: 2026-11-21
import { once } from 'node:events';
import { get } from 'node:http';
import express from 'express';
import { drive, every, traffic, upTo } from '../../driver.mjs';

const app = express();
const waiting = new Set();

app.get('/news', (request, response) => {
  response.locals.since = Number(request.query.since);
  waiting.add(response);
  response.on('close', () => waiting.delete(response));
});
const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address();

every(1_000, () => {
  for (const response of waiting) response.json({ fresh: true, since: response.locals.since });
});

function poll(n) {
  const request = get({ port, host: '127.0.0.1', path: `/news?since=${n}`, agent: false }, (response) => response.resume());
  request.on('error', () => {});
  const givesUp = setTimeout(() => request.destroy(), 300 + upTo(300));
  request.on('close', () => clearTimeout(givesUp));
}

await drive(
  (n) => {
    traffic(n);
    poll(n);
  },
  { perSecond: 25 },
);
