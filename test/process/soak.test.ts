import { expect, test } from 'vitest';
import { runProgram } from '../support/run-program.ts';

test('killed at random moments, a program leaves no process, directory, file or socket', async () => {
  const { stdout, code } = await runProgram('scripts/soak-kill.mjs', { args: ['5'], timeoutMs: 55_000 });
  expect(stdout).toContain('nothing was left in 5 of 5 runs');
  expect(code).toBe(0);
});
