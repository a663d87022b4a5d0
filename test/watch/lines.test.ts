import { expect, test } from 'vitest';
import { ManualClock } from '../../src/kernel/clock/index.ts';
import { groupProcesses } from '../../src/watch/assemble/process-group.ts';
import { idleLine } from '../../src/watch/live/idle-line.ts';
import { MemoryLine } from '../../src/watch/live/memory-line.ts';
import { SamplingLines } from '../../src/watch/live/sampling-lines.ts';
import type { ThreadData } from '../../src/watch/data/thread-data.ts';
import type { WireRecord } from '../../src/wire/index.ts';
import { megabyte, runData, runFile, sample, thread } from './made-up.ts';

const idle = (fromMs: number, toMs: number) =>
  Array.from({ length: (toMs - fromMs) / 1000 + 1 }, (_, index) => sample(fromMs + index * 1000, { active: 5 }));
const site: WireRecord = ['f', 1, [['/app/src/poll.js', 9, 3, 'start']]];

function lineOf(...records: readonly WireRecord[]): string | undefined {
  const [process] = groupProcesses({ threads: [thread([site, ...records])], parents: new Map(), run: runFile() });
  return process === undefined ? undefined : idleLine(process, '/app');
}

test('an idle program says what keeps it alive, after ten seconds', () => {
  const held: readonly WireRecord[] = [
    ['+', 100, 1, 'interval', 1, '60000 ms', 1],
    ['k', 1000, [1]],
  ];
  expect(lineOf(...held, ...idle(1000, 10_000))).toBeUndefined();
  expect(lineOf(...held, ...idle(1000, 11_000))).toBe('idle for 10 s: only 1 interval keeps it alive, src/poll.js:9:3');
});

test('who is busy is not idle', () => {
  const held: readonly WireRecord[] = [
    ['+', 100, 1, 'interval', 1, '', 1],
    ['k', 1000, [1]],
  ];
  expect(lineOf(...held, ...idle(1000, 9000), sample(10_000, { active: 700 }), ...idle(11_000, 15_000))).toBeUndefined();
});

test('a listening server is meant to wait, and so is who waits for a child', () => {
  expect(lineOf(['+', 100, 1, 'server', 1, 'listening :80', 1], ['k', 1000, [1]], ...idle(1000, 20_000))).toBeUndefined();
  expect(lineOf(['+', 100, 1, 'process', 1, 'pid 9 sleep', 1], ['k', 1000, [1]], ...idle(1000, 20_000))).toBeUndefined();
});

test('several handles of several sorts are counted', () => {
  const rows: readonly WireRecord[] = [1, 2, 3].map(
    (row) => ['+', 100, row, row === 3 ? 'interval' : 'socket', 1, '', 1] as WireRecord,
  );
  expect(lineOf(...rows, ['k', 1000, [1, 2, 3]], ...idle(1000, 12_000))).toBe(
    'idle for 10 s: only 2 sockets and 1 interval keep it alive, src/poll.js:9:3',
  );
});

test('nothing held, nothing said', () => {
  expect(lineOf(['k', 1000, []], ...idle(1000, 20_000))).toBeUndefined();
  expect(lineOf(...idle(1000, 20_000))).toBeUndefined();
});

test('memory warns once per level, by the tightest limit', () => {
  const line = new MemoryLine(new ManualClock());
  const at = (made: ThreadData, container: { usedBytes: number; limitBytes: number } | null = null) => {
    const data = runData([made]);
    return line.poll(data, groupProcesses(data), container);
  };
  expect(at(thread([sample(1000, { heap: 190 * megabyte })]))).toBeUndefined();
  expect(at(thread([sample(2000, { heap: 210 * megabyte })]))).toBe('memory warning: heap 210 of 256 MB (heap limit)');
  expect(at(thread([sample(3000, { heap: 212 * megabyte })]))).toBeUndefined();
  expect(at(thread([sample(4000)]), { usedBytes: 480 * megabyte, limitBytes: 512 * megabyte })).toBe(
    'memory critical: memory 480 of 512 MB (container)',
  );
});

test('sampling on suspicion is told when it begins and when it ends, each once; that of the hunt only if somebody ends it', () => {
  const lines = new SamplingLines();
  const say = (...records: readonly WireRecord[]) =>
    lines.poll(groupProcesses({ threads: [thread([sample(1000), ...records])], parents: new Map(), run: runFile() }), () => '');
  const hunt: WireRecord = ['w', 50, 'start', 1, 32_768, 'hunt'];
  const light: WireRecord = ['w', 20_000, 'start', 2, 65_536, 'for 10 s old space was above all before: 15.6 MB or more'];
  expect(say(hunt)).toEqual([]);
  expect(say(hunt, light)).toEqual(['sampling allocations: for 10 s old space was above all before: 15.6 MB or more']);
  expect(say(hunt, light)).toEqual([]);
  const coarser: WireRecord = [
    'w',
    4_000,
    'stop',
    1,
    32_768,
    'goes on with one sample per 128 KiB: 9800 samples a second cost too much',
  ];
  expect(say(hunt, coarser, ['w', 4_000, 'start', 2, 131_072, 'hunt'])).toEqual([
    'sampling of allocations goes on with one sample per 128 KiB: 9800 samples a second cost too much',
  ]);
  const end: WireRecord = ['w', 62_000, 'stop', 2, 65_536, '20 polls are enough'];
  expect(say(hunt, light, end)).toEqual(['sampling of allocations ended after 42 s: 20 polls are enough']);
  expect(say(hunt, light, end, ['w', 70_000, 'start', 3, 262_144, 'buffers'])).toEqual([]);
  const onSuspicion = new SamplingLines().poll(
    groupProcesses({
      threads: [thread([sample(1000), light, ['w', 30_000, 'start', 3, 262_144, 'buffers']])],
      parents: new Map(),
      run: runFile(),
    }),
    () => '',
  );
  expect(onSuspicion.at(-1)).toBe('sampling buffers: external memory grows');
});
