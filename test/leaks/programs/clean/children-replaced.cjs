// clean: one helper process at a time, which is replaced by a new one after every forty jobs
// written: 2026-11-21
const { fork } = require('node:child_process');

function serve() {
  process.on('message', ({ id, text }) => process.send({ id, length: text.length }));
}

let helper;
let living = 0;

function start() {
  const child = fork(__filename, ['helper']);
  const made = { child, jobs: 0, pending: new Map() };
  living += 1;
  child.on('message', ({ id, length }) => {
    made.pending.get(id)(length);
    made.pending.delete(id);
    if (made.jobs >= 40 && made.pending.size === 0) child.disconnect();
  });
  child.on('exit', () => {
    living -= 1;
  });
  return made;
}

function measure(id, text) {
  if (helper === undefined || helper.jobs >= 40) helper = start();
  helper.jobs += 1;
  helper.child.send({ id, text });
  return new Promise((resolve) => helper.pending.set(id, resolve));
}

async function main() {
  const { drive, traffic } = await import('../../driver.mjs');
  await drive(
    async (n) => {
      traffic(n);
      if (n % 5 === 0) await measure(n, `text ${n} `.repeat(200));
    },
    { perSecond: 100, count: () => living },
  );
}

if (process.argv[2] === 'helper') serve();
else main();
