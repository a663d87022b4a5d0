// leaking: answers with an error status are not read, so their connection never comes back
// right: fetchStatus
// class: counter
// rate: 180
// written: 2026-11-21
const { createServer, get, Agent } = require('node:http');

const server = createServer((request, response) => {
  response.statusCode = request.url === '/broken' ? 500 : 200;
  response.end(Buffer.alloc(50_000, 'x'));
});

function fetchStatus(port, agent, path) {
  return new Promise((resolve, reject) => {
    const request = get({ port, host: '127.0.0.1', agent, path }, (response) => {
      if (response.statusCode === 200) response.resume();
      resolve(response.statusCode);
    });
    request.on('error', reject);
  });
}

server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', async () => {
  const { drive } = await import('../../driver.mjs');
  const agent = new Agent({ keepAlive: true });
  const { port } = server.address();
  await drive((n) => fetchStatus(port, agent, n % 10 === 0 ? '/broken' : '/fine'), { perSecond: 30 });
});
