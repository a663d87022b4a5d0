// Preloaded before the entry with --exact-lines: V8 no longer builds a function into the one that calls it, so that samples name the
// function that allocates. Parsed by whatever Node a child process runs.
import type * as V8 from 'node:v8';
import { environment } from '../wire/records.ts';

function set(): void {
  if (!process.env[environment.run] || process.env[environment.off] === '1') return;
  const v8 = require('v8') as typeof V8;
  for (const flag of ['--no-turbo-inlining', '--no-maglev-inlining']) v8.setFlagsFromString(flag);
}

try {
  set();
} catch {
  // Nothing of ours may reach the program.
}
