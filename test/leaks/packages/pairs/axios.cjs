// package: axios
// versions: 0.21.4, 0.22.0
// says: one CancelToken for the life of the service, given to each request
// right: dispatchHttpRequest, httpAdapter, ask
// rate: 400
// written: 2026-11-21
const { Agent, createServer } = require('node:http');
const { versionOf } = require('../version.cjs');

const axios = require(versionOf('axios'));

const { token } = axios.CancelToken.source();
const agent = new Agent({ keepAlive: true, maxSockets: 4 });
const server = createServer((request, response) => response.end(JSON.stringify({ path: request.url })));
server.keepAliveTimeout = 60_000;

async function ask(port, n) {
  const { data } = await axios.get(`http://127.0.0.1:${port}/${n}`, { cancelToken: token, httpAgent: agent, proxy: false });
  return data.path;
}

server.listen(0, '127.0.0.1', async () => {
  const { drive } = await import('../../driver.mjs');
  const { port } = server.address();
  await drive((n) => ask(port, n), { perSecond: 60 });
});
