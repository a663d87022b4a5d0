// Does not end: an interval, a server and a file handle are left open.
const { open } = require('node:fs/promises');
const { createServer } = require('node:net');

function startTimer() {
  setInterval(() => {}, 60_000);
}

function startServer() {
  createServer(() => {}).listen(0, '127.0.0.1');
}

async function openFile() {
  globalThis.handle = await open(__filename);
}

startTimer();
startServer();
void openFile();
