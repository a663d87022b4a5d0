import { describe, expect, test } from 'vitest';
import { groupProcesses } from '../../src/watch/assemble/process-group.ts';
import { endOfRun, endsOf } from '../../src/watch/assemble/run-end.ts';
import type { RunData } from '../../src/watch/assemble/run-data.ts';
import type { EndRecord } from '../../src/wire/index.ts';
import { ended, megabyte, runData, runFile, sample, startedAtMs, thread } from './made-up.ts';

function endOf(data: RunData) {
  const processes = groupProcesses(data);
  return endOfRun(data, processes, endsOf(data, processes));
}

const exited = (how: EndRecord[2], code: number, error: string | null = null): EndRecord => ['x', 59_000, how, code, error];

describe('a program that wrote its own end', () => {
  test.each([
    ['natural', 0, 'ended by itself with status 0'],
    ['exit', 3, 'ended with status 3'],
  ] as const)('%s', (how, code, text) => {
    const data = runData([thread([sample(1000), exited(how, code)])], { run: runFile({ end: ended(code) }) });
    expect(endOf(data)).toMatchObject({ kind: how, code, signal: null, lastRecordAgeMs: 1000, text });
  });

  test('uncaught names the error', () => {
    const data = runData([thread([exited('uncaught', 1, 'TypeError: x is not a function')])], {
      run: runFile({ end: ended(1) }),
    });
    expect(endOf(data)).toMatchObject({
      kind: 'uncaught',
      text: 'died of an uncaught error with status 1: TypeError: x is not a function',
    });
  });

  test('and then died of a signal in its exit listeners: the signal counts', () => {
    const data = runData([thread([exited('exit', 0)])], { run: runFile({ end: ended(null, 'SIGTERM') }) });
    expect(endOf(data)).toMatchObject({ kind: 'signal', signal: 'SIGTERM' });
  });
});

describe('a program that died without a word', () => {
  test('by SIGTERM', () => {
    const data = runData([thread([sample(1000)])], { run: runFile({ end: ended(null, 'SIGTERM') }) });
    expect(endOf(data)).toMatchObject({ kind: 'signal', signal: 'SIGTERM', lastRecordAgeMs: 59_000, text: 'ended by SIGTERM' });
  });

  test('by SIGKILL', () => {
    const data = runData([thread([sample(1000)])], { run: runFile({ end: ended(null, 'SIGKILL') }) });
    expect(endOf(data)).toMatchObject({ kind: 'killed', signal: 'SIGKILL' });
  });

  test('by SIGKILL while the kernel counted a kill for want of memory', () => {
    const end = { ...ended(null, 'SIGKILL'), oomKills: 1 } as NonNullable<ReturnType<typeof ended>>;
    expect(endOf(runData([thread([sample(1000)])], { run: runFile({ end }) }))).toMatchObject({
      kind: 'out-of-memory',
      signal: 'SIGKILL',
    });
  });

  test('by SIGABRT with a small heap: abort', () => {
    const data = runData([thread([sample(1000)])], { run: runFile({ end: ended(null, 'SIGABRT') }) });
    expect(endOf(data)).toMatchObject({ kind: 'abort' });
  });

  test('by SIGABRT with a heap that was full when last seen: out of memory', () => {
    const data = runData([thread([sample(1000, { heap: 240 * megabyte })])], { run: runFile({ end: ended(null, 'SIGABRT') }) });
    expect(endOf(data)).toMatchObject({
      kind: 'out-of-memory',
      text: 'ran out of memory (SIGABRT); the heap was 240 MB of 256 MB when last seen',
    });
  });

  test('by SIGABRT with memory that rose after the last record: out of memory', () => {
    const data = runData([thread([sample(1000)])], {
      run: runFile({ end: ended(null, 'SIGABRT') }),
      lastRss: new Map([[4711, 290 * megabyte]]),
    });
    expect(endOf(data)).toMatchObject({ kind: 'out-of-memory' });
  });

  test('before its first sample, with a flag that sets a small heap', () => {
    const data = runData([thread([], { execArgv: ['--max-old-space-size=32'] })], {
      run: runFile({ end: ended(null, 'SIGABRT') }),
      lastRss: new Map([[4711, 82 * megabyte]]),
    });
    expect(endOf(data)).toMatchObject({ kind: 'out-of-memory' });
  });

  test('behind a shell that passes death by signal on as 134 and 137', () => {
    const behind = (code: number) =>
      runData([thread([sample(1000)], { pid: 5000, start: 1000 })], { run: runFile({ end: ended(code) }) });
    expect(endOf(behind(134))).toMatchObject({ kind: 'abort', code: 134 });
    expect(endOf(behind(137))).toMatchObject({ kind: 'killed', code: 137 });
    expect(endOf(behind(255))).toMatchObject({ kind: 'exit', code: 255 });
  });
});

describe('a run that nobody saw end', () => {
  const limits = [{ name: 'cgroup' as const, bytes: 256 * megabyte, source: 'memory.max' }];

  test('near the limit of its container it ran out of memory', () => {
    const data = runData([thread([sample(1000, { rss: 250 * megabyte, heap: 100 * megabyte })])], { run: runFile({ limits }) });
    expect(endOf(data)).toMatchObject({
      kind: 'out-of-memory',
      signal: 'SIGKILL',
      lastRecordAgeMs: null,
      text: 'ran out of memory (SIGKILL); rss was 250 MB of 256 MB (container)',
    });
  });

  test('with room to spare it was killed', () => {
    const data = runData([thread([sample(1000)])], { run: runFile({ limits }) });
    expect(endOf(data)).toMatchObject({ kind: 'killed', signal: null, text: 'was killed; nobody saw by what' });
  });

  test('a process that still runs has not ended', () => {
    expect(endOf(runData([thread([sample(1000)])], { running: new Set(['4711.900']) }))).toMatchObject({
      kind: 'still-running',
      code: null,
    });
  });

  test('no data at all', () => {
    expect(endOf(runData([]))).toMatchObject({ kind: 'still-running', text: 'nothing was recorded' });
    expect(endOf(runData([], { run: runFile({ end: ended(2) }) }))).toMatchObject({
      kind: 'exit',
      code: 2,
      text: 'ended with status 2',
    });
  });
});

test('the end of a run under npm is that of its program', () => {
  const npm = thread([exited('exit', 1)], { argv: ['/usr/bin/node', '/usr/lib/node_modules/npm/bin/npm-cli.js', 'start'] });
  const program = thread([exited('uncaught', 1, 'Error: boo')], { pid: 5000, start: 1000, ppid: 4711, t0: startedAtMs + 400 });
  const data = runData([npm, program], { run: runFile({ end: ended(1) }) });
  expect(endOf(data)).toMatchObject({ kind: 'uncaught', code: 1 });
});

test('a worker that nobody saw end, in a run that ended well, was ended by a signal', () => {
  const program = thread([exited('natural', 0)]);
  const worker = thread([sample(1000)], { pid: 5000, start: 1000, ppid: 4711, t0: startedAtMs + 400 });
  const data = runData([program, worker], { run: runFile({ end: ended(0) }) });
  expect(endsOf(data, groupProcesses(data)).get('5000.1000')).toEqual({ kind: 'signal', code: null, signal: null });
});
