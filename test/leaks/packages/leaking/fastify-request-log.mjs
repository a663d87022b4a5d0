// leaking: a fastify hook pushes each request to a list for a statistics page
// right: remember, onRequest
// rate: 170
// written: 2026-11-21
import { Agent, get } from 'node:http';
import fastify from 'fastify';
import { drive } from '../../driver.mjs';

const app = fastify();
const served = [];

app.addHook('onRequest', function remember(request, _reply, done) {
  request.started = process.hrtime();
  served.push({ request, tags: new Array(40).fill(request.id) });
  done();
});
app.get('/items/:id', async (request) => ({ id: request.params.id, name: `item ${request.params.id}` }));
await app.listen({ port: 0, host: '127.0.0.1' });
const { port } = app.server.address();
app.server.keepAliveTimeout = 60_000;
const agent = new Agent({ keepAlive: true, maxSockets: 4 });

await drive(
  (n) =>
    new Promise((resolve, reject) => {
      get({ port, host: '127.0.0.1', agent, path: `/items/${n}` }, (response) => response.resume().on('end', resolve)).on(
        'error',
        reject,
      );
    }),
  { perSecond: 100 },
);
