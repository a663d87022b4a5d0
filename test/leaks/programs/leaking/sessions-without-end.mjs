// leaking: sessions, by cookie; their time to live is written down and never looked at
// right: sessionOf, createSession
// rate: 240
// written: 2026-11-21
import { createServer, get, Agent } from 'node:http';
import { drive } from '../../driver.mjs';

const sessions = new Map();

function createSession(id) {
  return {
    id,
    expires: Date.now() + 1_000,
    cart: [],
    views: new Array(160).fill(0),
    preferences: { theme: 'dark', language: 'en' },
  };
}

function sessionOf(request) {
  const id = request.url.split('=')[1];
  let session = sessions.get(id);
  if (session === undefined) {
    session = createSession(id);
    sessions.set(id, session);
  }
  return session;
}

const server = createServer((request, response) => {
  response.end(JSON.stringify(sessionOf(request).preferences));
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const agent = new Agent({ keepAlive: true, maxSockets: 4 });
const { port } = server.address();

await drive(
  (n) =>
    new Promise((resolve, reject) => {
      get({ port, host: '127.0.0.1', agent, path: `/?session=${n}` }, (response) => response.resume().on('end', resolve)).on(
        'error',
        reject,
      );
    }),
  { perSecond: 150 },
);
