import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { cut, dataFileName, encodeHeader, encodeRecord, isHeader, parseLine } from '../../src/wire/index.ts';
import type { ThreadHeader, WireRecord } from '../../src/wire/index.ts';

const header: ThreadHeader = {
  wt: 1,
  pid: 12,
  start: 345,
  tid: 0,
  thread: 'main',
  name: null,
  ppid: 1,
  node: 'v20.20.2',
  platform: 'linux',
  argv: ['node', 'app.js'],
  execArgv: [],
  cwd: '/srv',
  t0: 1_700_000_000_000,
  heapLimitBytes: 4_345_298_944,
};

const samples: readonly WireRecord[] = [
  ['s', 1000, 1, 2, 3, 4, 5, null, 7, 8, 9, null],
  ['h', 20, 4_345_298_944],
  ['g', 2000, 'f', 1500, 10, 20],
  ['G', 2000, 1, 2, 3, 4],
  ['f', 1, [['/srv/app.js', 3, 9, 'open']]],
  ['m', 1, 0, 'src/app.ts', 2, 4],
  ['+', 12, 1, 'socket', 1, '127.0.0.1:5432', 1],
  ['-', 2000, 1],
  ['k', 2000, [1, 2]],
  ['n', 2000, [['timeout', 16, 0]]],
  ['c', 20, 99, ['node', 'child.js'], 'inherited'],
  ['o', 20, 'registered', 7, 'file', null, '/srv/app.js:3:9', null, null],
  ['O', 20, 1, 7],
  ['q', 1000, 12],
  ['u', 1000, 4_194_304],
  ['!', 20, 'skipped', 'too large'],
  ['x', 9000, 'natural', 0, null],
];

describe('the data file', () => {
  test('a header and every kind of record read back as they were written', () => {
    expect(parseLine(encodeHeader(header))).toEqual(header);
    for (const record of samples) expect(parseLine(encodeRecord(record))).toEqual(record);
  });

  test('a header is told from a record', () => {
    expect(isHeader(header)).toBe(true);
    expect(isHeader(['-', 1, 1])).toBe(false);
  });

  test('a line cut off anywhere is skipped', () => {
    for (const line of [encodeHeader(header), ...samples.map(encodeRecord)])
      for (let length = 0; length < line.length - 1; length += 1) expect(parseLine(line.slice(0, length))).toBeUndefined();
  });

  test('extra elements are accepted, missing ones and wrong types are not', () => {
    for (const record of samples) {
      expect(parseLine(JSON.stringify([...record, 'more']))).toEqual([...record, 'more']);
      expect(parseLine(JSON.stringify(record.slice(0, -1)))).toBeUndefined();
    }
    expect(parseLine('["-","1",1]')).toBeUndefined();
    expect(parseLine('["?",1]')).toBeUndefined();
    expect(parseLine('["toString",1]')).toBeUndefined();
    expect(parseLine('{"wt":1}')).toBeUndefined();
    expect(parseLine(JSON.stringify({ ...header, wt: 2, more: true }))).toMatchObject({ wt: 2 });
  });

  property.prop([fc.oneof(fc.string(), fc.json())])('no text makes the reader throw', (text) => {
    parseLine(text);
  });

  test('the name of a file carries pid, start and thread', () => {
    expect(dataFileName(12, 345, 0)).toBe('12-345-0.wt');
  });

  test('long text is cut with an ellipsis', () => {
    expect(cut('abc', 3)).toBe('abc');
    expect(cut('abcd', 3)).toBe('ab…');
  });
});
