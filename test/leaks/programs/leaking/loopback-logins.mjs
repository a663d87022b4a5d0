// leaking: each login of a command-line broker opens a server for the redirect of the browser; logins that are given up leave it open
// class: counter
// right: openCallback, login, #listen, Login.#listen, start, Login.start
// rate: 10
// written: 2026-11-22
import { once } from 'node:events';
import { createServer, get } from 'node:http';
import { drive, traffic, upTo } from '../../driver.mjs';

class Login {
  constructor(user) {
    this.user = user;
    this.state = `state-${user}-${upTo(1e6)}`;
  }

  async #listen(server) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return server.address().port;
  }

  async start(showAddress) {
    const { promise, answer } = openCallback(this.state);
    showAddress(await this.#listen(answer.server));
    const code = await Promise.race([promise, answer.givenUp()]);
    if (code === undefined) return { user: this.user, token: null };
    answer.server.close();
    return { user: this.user, token: `token-${code}` };
  }
}

function openCallback(state) {
  const answer = {};
  const promise = new Promise((resolve) => {
    answer.server = createServer((request, response) => {
      const query = new URL(request.url, 'http://localhost').searchParams;
      response.setHeader('connection', 'close');
      response.end('You may close this window.');
      if (query.get('state') === state) resolve(query.get('code'));
    });
  });
  answer.givenUp = () => new Promise((resolve) => setTimeout(resolve, 1_500));
  return { promise, answer };
}

const lastLogins = [];

async function login(n) {
  const attempt = new Login(n);
  const result = await attempt.start((port) => {
    if (n % 3 === 0) return;
    const path = `/callback?state=${attempt.state}&code=${n * 31}`;
    setTimeout(() => get({ host: '127.0.0.1', port, path, agent: false }, (response) => response.resume()), 100 + upTo(400));
  });
  lastLogins.push(result);
  if (lastLogins.length > 50) lastLogins.shift();
}

await drive(
  async (n) => {
    traffic(n);
    if (n % 8 === 0) await login(n / 8);
  },
  { perSecond: 80 },
);
