// leaking: file handles of fs.promises are put into a list of open files that only grows
// right: openFile, serve
// class: counter
// rate: 11
// written: 2026-11-21
const { open } = require('node:fs/promises');

const opened = [];

async function openFile(path) {
  const handle = await open(path, 'r');
  opened.push(handle);
  return handle;
}

async function serve() {
  const handle = await openFile(__filename);
  const { size } = await handle.stat();
  return size;
}

import('../../driver.mjs').then(({ drive, traffic }) =>
  drive(
    async (n) => {
      traffic(n);
      if (n % 10 === 0) await serve();
    },
    { perSecond: 50 },
  ),
);
