// Leaks: a listener per request on one emitter.
const { EventEmitter } = require('node:events');
const { createServer } = require('node:http');

const bus = new EventEmitter();
bus.setMaxListeners(0);

function handle(request, response) {
  const body = { url: request.url, rows: new Array(100).fill(1) };
  bus.on('change', function onChange() {
    return body.rows.length;
  });
  response.end('ok');
}

createServer(handle).listen(Number(process.env.PORT), '127.0.0.1');
