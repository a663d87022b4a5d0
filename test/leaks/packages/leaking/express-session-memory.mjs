// leaking: express-session with its MemoryStore, whose expired sessions are taken out only when somebody asks for them
// right: set, MemoryStore.set, generate, save, session, Session
// from: express-session
// rate: 85
// written: 2026-11-21
import { Agent, get } from 'node:http';
import express from 'express';
import session from 'express-session';
import { drive } from '../../driver.mjs';

const app = express();
const warn = console.error;
console.error = (...words) => (String(words[0]).includes('MemoryStore') ? undefined : warn(...words));
app.use(session({ secret: 'not a secret', resave: false, saveUninitialized: true, cookie: { maxAge: 1_000 } }));
app.get('/', (request, response) => {
  request.session.cart = Array.from({ length: 60 }, (_, at) => `item ${at}`);
  response.send('fine');
});
const server = app.listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const { port } = server.address();
server.keepAliveTimeout = 60_000;
const agent = new Agent({ keepAlive: true, maxSockets: 4 });

await drive(
  () =>
    new Promise((resolve, reject) => {
      get({ port, host: '127.0.0.1', agent }, (response) => response.resume().on('end', resolve)).on('error', reject);
    }),
  { perSecond: 80 },
);
