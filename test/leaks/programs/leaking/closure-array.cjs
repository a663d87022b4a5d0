// leaking: callbacks that hold the whole request are pushed to a list nobody empties
// right: onShutdown, handle, parseRequest
// rate: 230
// written: 2026-11-21
const atShutdown = [];

function onShutdown(callback) {
  atShutdown.push(callback);
}

function parseRequest(n) {
  return { id: n, headers: { host: 'localhost', accept: 'text/html', cookie: `session=${n}` }, body: new Array(110).fill(n) };
}

function handle(n) {
  const request = parseRequest(n);
  onShutdown(() => request.id);
  return request.headers.host;
}

import('../../driver.mjs').then(({ drive, traffic }) =>
  drive((n) => {
    traffic(n);
    handle(n);
  }),
);
