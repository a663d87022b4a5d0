import { gunzipSync } from 'node:zlib';
import { Profile } from 'pprof-format';
import { expect, test } from 'vitest';
import type { SurvivorSeries } from '../../src/leak/survivors.ts';
import { heapProfile } from '../../src/watch/profiles/heap-profile.ts';
import type { ProfileNode } from '../../src/watch/profiles/heap-profile.ts';
import { pprofOf } from '../../src/watch/profiles/pprof.ts';
import { findProfile } from '../../src/watch/profiles/stored.ts';
import { tempFolder } from '../support/temp-folder.ts';

const at = (name: string, line: number) => ({ name, url: 'file:///app/server.js', line, column: 3 });

/** main calls remember, which calls Session; and remember allocates itself. */
const series: SurvivorSeries = {
  intervalBytes: 32_768,
  functions: [at('main', 1), at('remember', 10), at('Session', 20)],
  stacks: [
    { parent: -1, frame: 0 },
    { parent: 0, frame: 1 },
    { parent: 1, frame: 2 },
  ],
  polls: [
    {
      tMs: 2000,
      clock: 3,
      heapUsedBytes: 0,
      externalBytes: 0,
      born: [
        { stack: 2, ordinal: 1, bytes: 100 },
        { stack: 1, ordinal: 2, bytes: 7 },
        { stack: 0, ordinal: 3, bytes: 5 },
      ],
      died: [],
    },
    { tMs: 4000, clock: 4, heapUsedBytes: 0, externalBytes: 0, born: [{ stack: 2, ordinal: 4, bytes: 200 }], died: [3] },
  ],
};

function shown({ callFrame, selfSize, children }: ProfileNode): unknown {
  return [callFrame.functionName, selfSize, children.map(shown)];
}

test('what lived at the end stands in the tree where it was allocated, lines from 0', () => {
  const profile = heapProfile([{ label: null, series }]);
  expect(shown(profile.head)).toEqual(['(root)', 0, [['main', 0, [['remember', 7, [['Session', 300, []]]]]]]]);
  expect(profile.head.children[0]!.callFrame).toMatchObject({
    scriptId: '0',
    url: 'file:///app/server.js',
    lineNumber: 0,
    columnNumber: 2,
  });
  const ids = new Map<number, string>();
  const visit = (node: ProfileNode): void => {
    expect(ids.has(node.id)).toBe(false);
    ids.set(node.id, node.callFrame.functionName);
    node.children.forEach(visit);
  };
  visit(profile.head);
  expect(profile.samples.map(({ nodeId, size, ordinal }) => [ids.get(nodeId), size, ordinal])).toEqual([
    ['Session', 100, 1],
    ['remember', 7, 2],
    ['Session', 200, 4],
  ]);
});

test('several threads stand side by side', () => {
  const { head } = heapProfile([
    { label: 'process 1', series },
    { label: 'process 2', series },
  ]);
  expect(head.children.map(({ callFrame, children }) => [callFrame.functionName, children.length])).toEqual([
    ['process 1', 1],
    ['process 2', 1],
  ]);
});

test('pprof has the same stacks, innermost first, with samples and bytes', () => {
  const {
    sample,
    location,
    function: functions,
    stringTable,
    sampleType,
  } = Profile.decode(gunzipSync(pprofOf(heapProfile([{ label: null, series }]))));
  const text = (index: number | bigint) => stringTable.strings[Number(index)];
  const nameOf = (id: number | bigint) => {
    const line = location.find((one) => one.id === id)!.line[0]!;
    return `${text(functions.find((one) => one.id === line.functionId)!.name)}:${line.line}`;
  };
  expect(sampleType.map(({ type, unit }) => [text(type), text(unit)])).toEqual([
    ['samples', 'count'],
    ['inuse_space', 'bytes'],
  ]);
  expect(sample.map(({ locationId, value }) => [locationId.map(nameOf), value.map(Number)])).toEqual([
    [
      ['remember:10', 'main:1'],
      [1, 7],
    ],
    [
      ['Session:20', 'remember:10', 'main:1'],
      [2, 300],
    ],
  ]);
});

test('a folder without samples has no profile', () => {
  expect(() => findProfile(tempFolder())).toThrow('holds no sampled allocations');
});
