import { describe, expect, test } from 'vitest';
import { cli, lastReport, place, runSource } from './watertight.ts';
import { testNode } from '../support/run-program.ts';

const server = `require('http').createServer((q, r) => { r.end('ok'); console.log(q.url); }).listen(0, '127.0.0.1')`;
const ask = `"${process.execPath}" -e "fetch('http://127.0.0.1:' + process.env.WATERTIGHT_PORT + '/asked').then((r) => process.exit(r.ok ? 0 : 1))"`;

describe('--duration', () => {
  test('stops the program with SIGTERM; a program that obeys ended with 0', async () => {
    const where = place();
    const end = await runSource(where, 'setInterval(() => {}, 100)', ['--duration', '1s']);
    expect([end.code, end.signal]).toEqual([0, null]);
    expect(end.stderr).toContain('the time is over (1 s): stopping the program with SIGTERM');
    expect(lastReport(where).end).toMatchObject({ kind: 'signal', signal: 'SIGTERM' });
    expect(lastReport(where).end.text).toContain('watertight stopped it: the time is over (1 s)');
  });

  test('a status that the program chooses in its handler is its own; 0 and 143 are fine', async () => {
    for (const [status, expected] of [
      [0, 0],
      [143, 0],
      [4, 4],
    ]) {
      const source = `process.on('SIGTERM', () => process.exit(${status})); setInterval(() => {}, 100)`;
      expect((await runSource(place(), source, ['--duration', '800ms'])).code).toBe(expected);
    }
  });

  test('a rule of --fail-on counts as after an end with 0', async () => {
    const source =
      "require('child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 20000)'], { stdio: 'ignore' }); setInterval(() => {}, 100)";
    const end = await runSource(place(), source, ['--duration', '2s', '--fail-on', 'left-processes', '--reap']);
    expect(end.code).toBe(93);
  });

  test('a program that ends sooner is not waited for', async () => {
    const end = await runSource(place(), 'process.exit(3)', ['--duration', '10m']);
    expect(end.code).toBe(3);
  });

  test('is kept also where nothing is watched', async () => {
    const end = await runSource(place({ WATERTIGHT_OFF: '1' }), 'setInterval(() => {}, 100)', ['--duration', '500ms']);
    expect(end.signal).toBe('SIGTERM');
  });

  test('a wrong time is refused before anything starts', async () => {
    const end = await runSource(place(), 'console.log(1)', ['--duration', 'soon']);
    expect([end.code, end.stdout]).toEqual([125, '']);
    expect(end.stderr).toContain('--duration takes a time like 30s, 5m or 1h (at most 30 days), not "soon"');
  });
});

describe('--load', () => {
  test('runs once the program listens, is told the port, and its end ends the run', async () => {
    const where = place();
    const end = await cli(where, ['run', '--load', ask, '--', testNode, '-e', server]);
    expect(end.stdout).toBe('/asked\n');
    expect(end.stderr).toMatch(/load: .*the program listens on port \d+/);
    expect(end.stderr).toContain('the load has ended: stopping the program with SIGTERM');
    expect(end.code).toBe(0);
  }, 40_000);

  test('that fails fails the run', async () => {
    const end = await cli(place(), ['run', '--load', 'exit 3', '--duration', '3s', '--', testNode, '-e', server]);
    expect(end.stderr).toContain('the load failed: status 3');
    expect(end.code).toBe(125);
  }, 40_000);

  test('ends with the program', async () => {
    const source = `${server}; setTimeout(() => process.exit(5), 2500)`;
    const end = await cli(place(), ['run', '--load', 'exec sleep 300', '--', testNode, '-e', source]);
    expect([end.code, end.timedOut]).toEqual([5, false]);
  }, 40_000);
});

test('--until-idle stops a program that does nothing any more', async () => {
  const source = `${server}; const end = Date.now() + 2000; (function work() { if (Date.now() < end) setImmediate(work); })()`;
  const end = await cli(place(), ['run', '--until-idle', '--no-gc', '--', testNode, '-e', source]);
  expect(end.stderr).toContain('the program is idle: stopping the program with SIGTERM');
  expect(end.code).toBe(0);
}, 60_000);
