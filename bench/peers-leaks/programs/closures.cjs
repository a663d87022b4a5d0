// Leaks: a closure per request stays in a Map.
const { createServer } = require('node:http');

const sessions = new Map();

function handle(request, response) {
  const body = { url: request.url, rows: new Array(100).fill(sessions.size) };
  sessions.set(sessions.size, () => body.rows.length);
  response.end('ok');
}

createServer(handle).listen(Number(process.env.PORT), '127.0.0.1');
