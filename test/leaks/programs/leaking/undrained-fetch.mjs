// leaking: fetch() is asked for the status only, and the bodies are kept unread
// right: isUp
// class: counter
// rate: 450
// written: 2026-11-21
import { createServer } from 'node:http';
import { drive } from '../../driver.mjs';

const server = createServer((request, response) => {
  response.end(Buffer.alloc(200_000, 'x'));
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = `http://127.0.0.1:${server.address().port}/`;
const answers = [];

async function isUp() {
  const response = await fetch(address);
  answers.push(response);
  return response.ok;
}

await drive(isUp, { perSecond: 3 });
