// An HTTP/JSON server as services have them: parses a body, works a little on it, answers JSON. Told over IPC when to report its CPU time.
import { createServer } from 'node:http';

let requests = 0;

function answer(body) {
  const order = JSON.parse(body);
  const lines = order.lines.map((line) => ({ ...line, total: line.price * line.count }));
  return JSON.stringify({ id: requests, lines, total: lines.reduce((sum, line) => sum + line.total, 0) });
}

const server = createServer((request, response) => {
  requests += 1;
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk) => (body += chunk));
  request.on('end', () => {
    const text = answer(body);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
    response.end(text);
  });
});

// The other server's turn may take longer than node's five seconds.
server.keepAliveTimeout = 0;
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send({ cpuUs: user + system, requests, rssBytes: process.memoryUsage.rss() });
});
process.on('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
