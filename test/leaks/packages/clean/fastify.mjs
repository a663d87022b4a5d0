// clean: fastify with a schema and a hook
// written: 2026-11-21
import { Agent, get } from 'node:http';
import fastify from 'fastify';
import { drive } from '../../driver.mjs';

const app = fastify();
app.addHook('onResponse', async (request, reply) => {
  request.took = reply.elapsedTime;
});
app.get(
  '/items/:id',
  {
    schema: {
      response: {
        200: { type: 'object', properties: { id: { type: 'string' }, rows: { type: 'array', items: { type: 'number' } } } },
      },
    },
  },
  async (request) => ({ id: request.params.id, rows: Array.from({ length: 30 }, (_, row) => row) }),
);
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
  { perSecond: 120 },
);
