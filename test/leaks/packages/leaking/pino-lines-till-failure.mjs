// leaking: a pino destination holds the debug lines of each request back until its end, and never sees the end of requests that are aborted
// right: write, FingersCrossed.write, begin, FingersCrossed.begin, onRequest
// rate: 290
// written: 2026-11-22
import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { Agent, createServer, get } from 'node:http';
import pino from 'pino';
import { drive, sleep, traffic, upTo } from '../../driver.mjs';

const contexts = new AsyncLocalStorage();

/** Lines below the level of a failure are only written when the request fails in the end. */
class FingersCrossed {
  #held = new Map();
  #written = [];

  begin(id) {
    this.#held.set(id, []);
  }

  write(line) {
    const lines = this.#held.get(contexts.getStore());
    if (lines === undefined) this.#out(line);
    else lines.push(line);
  }

  end(id, failed) {
    const lines = this.#held.get(id) ?? [];
    this.#held.delete(id);
    if (failed) for (const line of lines) this.#out(line);
  }

  #out(line) {
    this.#written.push(line.length);
    if (this.#written.length > 500) this.#written.shift();
  }
}

const destination = new FingersCrossed();
const logger = pino({ level: 'debug' }, destination);

async function render(path, response) {
  for (let part = 0; part < 12 && !response.destroyed; part += 1) {
    const rows = Array.from({ length: 12 }, (_, row) => `row ${row} of ${path}`);
    logger.debug({ part, rows, cache: part % 3 === 0 ? 'miss' : 'hit' }, `part ${part} of ${path} is ready`);
    await sleep(1 + upTo(12));
  }
  if (response.destroyed) return;
  response.statusCode = upTo(50) === 0 ? 500 : 200;
  response.end(`<p>${path}</p>`);
}

let requests = 0;

function onRequest(request, response) {
  const id = `request-${(requests += 1)}`;
  destination.begin(id);
  response.on('finish', () => destination.end(id, response.statusCode === 500));
  contexts.run(id, () => render(request.url, response));
}

const server = createServer(onRequest);
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address();
server.keepAliveTimeout = 60_000;
const agent = new Agent({ keepAlive: true, maxSockets: 40 });

function visit(n) {
  const request = get({ agent, port, host: '127.0.0.1', path: `/page/${n}` }, (response) => response.resume());
  request.on('error', () => {});
  if (n % 3 !== 0) return;
  const leaves = setTimeout(() => request.destroy(), 40);
  request.on('close', () => clearTimeout(leaves));
}

await drive(
  (n) => {
    traffic(n);
    visit(n);
  },
  { perSecond: 120 },
);
