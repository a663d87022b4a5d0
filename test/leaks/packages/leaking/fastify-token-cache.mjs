// leaking: a fastify hook keeps each decoded token; clients get a new token for every few calls
// right: authenticate, decode
// rate: 130
// written: 2026-11-21
import { Agent, get } from 'node:http';
import fastify from 'fastify';
import { drive } from '../../driver.mjs';

const app = fastify();
const users = new Map();

function decode(token) {
  const claims = JSON.parse(Buffer.from(token, 'base64url').toString());
  return { ...claims, rights: claims.groups.flatMap((group) => [`${group}:read`, `${group}:write`]) };
}

async function authenticate(request) {
  const token = request.headers.authorization.slice(7);
  if (!users.has(token)) users.set(token, decode(token));
  request.user = users.get(token);
}

app.addHook('onRequest', authenticate);
app.get('/me', async (request) => ({ id: request.user.id, rights: request.user.rights.length }));
await app.listen({ port: 0, host: '127.0.0.1' });
const { port } = app.server.address();
app.server.keepAliveTimeout = 60_000;
const agent = new Agent({ keepAlive: true, maxSockets: 4 });

function call(n) {
  const groups = Array.from({ length: 16 }, (_, at) => `group-${at}`);
  const token = Buffer.from(JSON.stringify({ id: Math.floor(n / 2), groups })).toString('base64url');
  const options = { port, host: '127.0.0.1', agent, path: '/me', headers: { authorization: `Bearer ${token}` } };
  return new Promise((resolve, reject) => {
    get(options, (response) => response.resume().on('end', resolve)).on('error', reject);
  });
}

await drive(call, { perSecond: 110 });
