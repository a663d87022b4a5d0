// leaking: an express route holds responses back until there is news; clients give up and go, their responses stay
// right: waitForNews
// rate: 200
// written: 2026-11-21
import { once } from 'node:events';
import { get } from 'node:http';
import express from 'express';
import { drive, traffic } from '../../driver.mjs';

const app = express();
const waiting = [];

function waitForNews(request, response) {
  response.locals.since = Number(request.query.since);
  waiting.push(response);
}

app.get('/news', waitForNews);
app.post('/news', (_request, response) => {
  for (const waits of waiting.splice(0)) waits.json({ fresh: true });
  response.end();
});
const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address();

function poll(n) {
  const request = get({ port, host: '127.0.0.1', path: `/news?since=${n}`, agent: false });
  request.on('error', () => {});
  setTimeout(() => request.destroy(), 250);
}

await drive(
  (n) => {
    traffic(n);
    poll(n);
  },
  { perSecond: 25 },
);
