// clean: express with sessions of three seconds in a store that prunes
// written: 2026-11-21
import { Agent, get } from 'node:http';
import express from 'express';
import session from 'express-session';
import memorystore from 'memorystore';
import { drive } from '../../driver.mjs';

const Store = memorystore(session);
const app = express();
app.use(
  session({
    secret: 'not a secret',
    resave: false,
    saveUninitialized: true,
    cookie: { maxAge: 3_000 },
    store: new Store({ checkPeriod: 1_000, ttl: 3_000 }),
  }),
);
app.get('/', (request, response) => {
  request.session.cart = ['item 1', 'item 2'];
  response.json({ fine: true });
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
  { perSecond: 60 },
);
