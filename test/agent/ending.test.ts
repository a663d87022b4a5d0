import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runProgram } from '../support/run-program.ts';
import { makeRun, ofKind, readOnlyThread } from './support/agent.ts';

async function endOf(source: string) {
  const run = makeRun('gc=0');
  const end = await runProgram(source, { env: run.env });
  const ends = ofKind(readOnlyThread(run.directory), 'x').map(([, , how, code, error]) => ({ how, code, error }));
  return { end, ends };
}

describe('the end of a thread', () => {
  test.each([
    ['a natural end', 'setTimeout(() => {}, 10)', { how: 'natural', code: 0, error: null }],
    ['a natural end with a status of its own', 'process.exitCode = 4', { how: 'natural', code: 4, error: null }],
    ['process.exit()', 'process.exit(3)', { how: 'exit', code: 3, error: null }],
    ['exit() in a beforeExit listener', "process.on('beforeExit', () => process.exit(5))", { how: 'exit', code: 5, error: null }],
    [
      'exit() some time after beforeExit',
      "let again = true; process.on('beforeExit', () => { if (again) setTimeout(() => setTimeout(() => process.exit(2), 5), 5); again = false; })",
      { how: 'exit', code: 2, error: null },
    ],
    [
      'exit() in an exit listener',
      "process.on('exit', () => process.exit(6)); process.exit(1)",
      { how: 'exit', code: 6, error: null },
    ],
    [
      'a status set by an exit listener',
      "process.on('exit', () => { process.exitCode = 7; })",
      { how: 'natural', code: 7, error: null },
    ],
    ['an uncaught error', "throw new TypeError('no token=abc')", { how: 'uncaught', code: 1, error: 'TypeError: no token=***' }],
    ['an unhandled rejection', "Promise.reject(new Error('late'))", { how: 'uncaught', code: 1, error: 'Error: late' }],
    [
      'an error that was handled after all',
      "process.on('uncaughtException', () => {}); setTimeout(() => process.exit(0), 20); throw new Error('no matter')",
      { how: 'exit', code: 0, error: null },
    ],
    [
      'a callback that captures errors',
      "process.setUncaughtExceptionCaptureCallback(() => {}); setTimeout(() => process.exit(0), 20); throw new Error('no matter')",
      { how: 'exit', code: 0, error: null },
    ],
  ])('%s', async (_name, source, expected) => {
    const { ends } = await endOf(source);
    expect(ends.at(-1)).toEqual(expected);
    expect(ends).toHaveLength(1);
  });

  test('comes after the exit listeners of the program', async () => {
    const run = makeRun('gc=0');
    await runProgram("process.on('exit', () => { setInterval(() => {}, 1000); }); process.exit()", { env: run.env });
    expect(readOnlyThread(run.directory).records.map((record) => record[0])).toEqual(['f', '+', 'k', 'n', 's', 'x']);
  });

  test('an exit listener that throws is still the end', async () => {
    const { end, ends } = await endOf("process.on('exit', () => { throw new Error('in exit'); })");
    expect(end.stderr).toContain('in exit');
    expect(ends.at(-1)).toMatchObject({ how: 'uncaught', error: 'Error: in exit' });
  });

  test.each(['SIGKILL', 'SIGTERM', 'SIGABRT'])('%s leaves what was recorded, without an end', async (signal) => {
    const run = makeRun('gc=0');
    const end = await runProgram(`setInterval(() => {}, 1000); process.kill(process.pid, '${signal}'); for (;;);`, {
      env: run.env,
    });
    expect(end.signal).toBe(signal);
    expect(readdirSync(run.directory)).toHaveLength(1);
    expect(ofKind(readOnlyThread(run.directory), 'x')).toEqual([]);
  });

  test('process.abort() leaves what was recorded, without an end', async () => {
    const { ends } = await endOf('setTimeout(() => process.abort(), 300)');
    expect(ends).toEqual([]);
  });
});
