// Clean: keeps nothing.
const { createServer } = require('node:http');

function handle(request, response) {
  const body = { url: request.url, rows: new Array(100).fill(1) };
  response.end(JSON.stringify(body));
}

createServer(handle).listen(Number(process.env.PORT), '127.0.0.1');
