// leaking: an express handler adds a router for each tenant it meets, and meets a new one each time
// right: addTenant
// rate: 170
// written: 2026-11-21
import { Agent, get } from 'node:http';
import express from 'express';
import { drive } from '../../driver.mjs';

const app = express();

function addTenant(id) {
  const router = express.Router();
  router.get('/profile', (_request, response) => response.json({ id }));
  router.get('/orders', (_request, response) => response.json([]));
  app.use(`/tenants/${id}`, router);
}

app.post('/join/:id', (request, response) => {
  addTenant(request.params.id);
  response.json({ joined: request.params.id });
});
app.get('/health', (_request, response) => response.send('fine'));
const server = app.listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const { port } = server.address();
server.keepAliveTimeout = 60_000;
const agent = new Agent({ keepAlive: true, maxSockets: 4 });

function call(method, path) {
  return new Promise((resolve, reject) => {
    const options = { port, host: '127.0.0.1', agent, path, method };
    get(options, (response) => response.resume().on('end', resolve)).on('error', reject);
  });
}

await drive((n) => (n % 2 === 0 ? call('POST', `/join/${n}`) : call('GET', '/health')), { perSecond: 60 });
