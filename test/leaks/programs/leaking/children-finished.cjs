// leaking: tools that have ended stay in the list of runs, with their child process object and output
// right: run, convert
// rate: 90
// written: 2026-11-21
const { spawn } = require('node:child_process');

const runs = [];

function run(command, args) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const entry = { command, args, child, output: [] };
  runs.push(entry);
  child.stdout.on('data', (chunk) => entry.output.push(chunk.toString()));
  return new Promise((resolve) => child.on('close', resolve));
}

function convert(n) {
  return run('echo', [`page ${n} `.repeat(600)]);
}

import('../../driver.mjs').then(({ drive, traffic }) =>
  drive(
    async (n) => {
      traffic(n);
      if (n % 10 === 0) await convert(n);
    },
    { perSecond: 60 },
  ),
);
