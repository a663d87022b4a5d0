// leaking: the server keeps every request in its list of the slow ones, because the clock is compared wrongly
// right: handle, rememberSlow
// rate: 170
// written: 2026-11-21
const { createServer, get, Agent } = require('node:http');

const slow = [];

function rememberSlow(request, started) {
  if (Date.now() - started >= 0) slow.push({ request, started });
}

function handle(request, response) {
  const started = Date.now();
  request.context = { user: request.url, trace: new Array(50).fill(started) };
  response.end('ok');
  response.on('finish', () => rememberSlow(request, started));
}

const server = createServer(handle);
server.listen(0, '127.0.0.1', async () => {
  const { drive } = await import('../../driver.mjs');
  server.keepAliveTimeout = 60_000;
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const { port } = server.address();
  await drive(
    (n) =>
      new Promise((resolve, reject) => {
        get({ port, host: '127.0.0.1', agent, path: `/${n}` }, (response) => response.resume().on('end', resolve)).on(
          'error',
          reject,
        );
      }),
    { perSecond: 120 },
  );
});
