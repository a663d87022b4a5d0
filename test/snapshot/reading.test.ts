import { fc, test as property } from '@fast-check/vitest';
import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { WatertightError } from '../../src/kernel/errors.ts';
import { countByConstructor, diffSnapshots, readSnapshot } from '../../src/snapshot/index.ts';
import { BadSnapshot } from '../../src/snapshot/invalid.ts';
import { Scanner } from '../../src/snapshot/file/scanner.ts';
import type { MadeNode } from './support/made-up.ts';
import { inFolder, snapshotText, withFile } from './support/made-up.ts';

const nodes: readonly MadeNode[] = [
  { type: 'synthetic', name: '', size: 0, edges: [{ type: 'element', name: 1, to: 1 }] },
  {
    name: 'Session',
    size: 40,
    edges: [
      { name: 'user', to: 2 },
      { name: 'näme "quoted" \\ \u2028', to: 3 },
      { type: 'weak', name: 'gone', to: 4 },
    ],
  },
  { name: 'User', size: 16, edges: [{ type: 'hidden', name: 7, to: 3 }] },
  { type: 'string', name: 'x'.repeat(300_000), size: 5_000_000_000 },
  { name: 'User', size: 24 },
];
const text = snapshotText(nodes);

/** Everything that a scanner hands out, as one value. */
function scanned(pieces: readonly Buffer[]): unknown {
  const rows: number[][] = [[], [], []];
  const strings: string[] = [];
  const sink = (at: number, width: number) => ({
    width,
    take: (values: Float64Array, count: number) => void rows[at]!.push(...values.subarray(0, count * width)),
  });
  const total = pieces.reduce((sum, { length }) => sum + length, 0);
  const scanner = new Scanner(total, (layout) => ({
    nodes: sink(0, layout.nodeFields),
    edges: sink(1, layout.edgeFields),
    locations: sink(2, layout.locationFields),
    strings: { begin: () => true, text: (_, value) => void strings.push(value), end: () => undefined },
  }));
  for (const piece of pieces) scanner.feed(piece);
  scanner.end();
  return { rows, strings };
}

function cutAt(whole: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const sorted = [0, ...cuts.map((cut) => cut % whole.length).toSorted((a, b) => a - b), whole.length];
  return sorted.slice(1).map((end, at) => whole.subarray(sorted[at], end));
}

const short = Buffer.from(
  snapshotText(
    [
      { type: 'synthetic', name: 'root', edges: [{ to: 1 }] },
      { name: 'A "b" \\ ü', size: 12_345_678_901, edges: [{ type: 'element', name: 4_294_967_294, to: 1 }] },
    ],
    { locations: [[1, 7, 20, 3]] },
  ),
);

describe('a file in pieces', () => {
  property.prop([fc.array(fc.nat(), { maxLength: 40 })])('means the same wherever it is cut', (cuts) => {
    expect(scanned(cutAt(short, cuts))).toEqual(scanned([short]));
  });

  test('means the same byte by byte', () => {
    expect(scanned([...short].map((byte) => Buffer.from([byte])))).toEqual(scanned([short]));
  });

  test('is refused wherever it ends early', () => {
    const accepted: number[] = [];
    for (let length = 0; length < short.length; length += 1) {
      try {
        scanned([short.subarray(0, length)]);
        accepted.push(length);
      } catch (error) {
        if (!(error instanceof BadSnapshot)) throw error;
      }
    }
    expect(accepted).toEqual([]);
  });
});

async function refusal(content: string | Buffer): Promise<string> {
  return withFile(content, async (path) => {
    const errors = await Promise.all(
      [readSnapshot(path), diffSnapshots(path, path, path)].map((reading) =>
        reading.then(
          () => undefined,
          (error: unknown) => error,
        ),
      ),
    );
    for (const error of errors) expect(error).toMatchObject({ code: 'WT_SNAPSHOT_INVALID', recovery: 'fail' });
    return (errors[0] as Error).message.replace(path, 'FILE');
  });
}

describe('a file that cannot be trusted', () => {
  test.each([
    ['an empty file', '', 'it is empty'],
    ['another text', 'hello', 'it does not begin with {'],
    ['another JSON', '{"a":1}', 'it is no heap snapshot, or was cut off in its head'],
    ['a CPU profile', '{"nodes":[{"id":1}],"startTime":0}', 'it is no heap snapshot, or was cut off in its head'],
    ['a foreign file with nodes', '{"a":{},"nodes":[1,2]}', 'it is no heap snapshot: its head has no "snapshot.meta"'],
    ['a head without fields', '{"snapshot":{"meta":{}},"nodes":[]', 'its head has no node_fields'],
    ['binary', Buffer.from([0x1f, 0x8b, 8, 0, 0]), 'it does not begin with {'],
  ])('%s is refused', async (_, content, message) => {
    expect(await refusal(content)).toContain(message);
  });

  test.each([
    ['cut off in its nodes', (whole: string) => whole.slice(0, whole.indexOf('"nodes"') + 20), 'it was cut off after'],
    ['cut off in its strings', (whole: string) => whole.slice(0, -200_000), 'in section "strings"'],
    ['cut off before its last bracket', (whole: string) => whole.slice(0, -1), 'it was cut off after'],
    ['padded with zeros by a full disk', (whole: string) => `${whole.slice(0, 3000)}${'\0'.repeat(300)}`, 'it is damaged'],
    ['with something behind its end', (whole: string) => `${whole}x`, 'something stands behind its end'],
    ['with a letter among its numbers', (whole: string) => whole.replace('"edges":[1', '"edges":[z'), '"z" stands among numbers'],
    ['with a number missing', (whole: string) => whole.replace('"edges":[1,', '"edges":[,'), 'a number is missing'],
    ['with an edge to nowhere', (whole: string) => whole.replace('"edges":[1,1,7', '"edges":[1,1,8'), 'an edge leads to no node'],
    [
      'with an edge behind its nodes',
      (whole: string) => whole.replace('"edges":[1,1,7', '"edges":[1,1,700'),
      'an edge leads to no node',
    ],
    [
      'with fewer nodes than told',
      (whole: string) => whole.replace('"node_count":5', '"node_count":6'),
      'nodes, and its head tells of 6',
    ],
    [
      'with more nodes than told',
      (whole: string) => whole.replace('"node_count":5', '"node_count":4'),
      'than the 4 that its head tells of',
    ],
    [
      'that tells of too many nodes',
      (whole: string) => whole.replace('"node_count":5', '"node_count":99999999999'),
      'more than the file has room for',
    ],
    ['with other edges than told', (whole: string) => whole.replace('"edge_count":5', '"edge_count":6'), 'its head tells of 6'],
    ['without strings', (whole: string) => `${whole.slice(0, whole.indexOf(',\n"strings"'))}}`, 'it has no strings'],
    [
      'with names behind its strings',
      (whole: string) => `${whole.slice(0, whole.indexOf('"strings":['))}"strings":["a"]}`,
      'names refer to strings',
    ],
  ])('one %s is refused', async (_, change, message) => {
    const changed = change(text);
    expect(changed).not.toBe(text);
    expect(await refusal(changed)).toContain(message);
  });

  property.prop([fc.nat(), fc.integer({ min: 0, max: 255 })], { numRuns: 300 })(
    'whatever byte is changed, it is read or refused, and no other error comes',
    (at, byte) => {
      const changed = Buffer.from(short);
      changed[at % changed.length] = byte;
      try {
        scanned([changed]);
      } catch (error) {
        expect(error).toBeInstanceOf(BadSnapshot);
      }
    },
  );

  test('a missing file and a folder are refused', async () => {
    await inFolder(async (folder) => {
      await expect(readSnapshot(join(folder, 'none'))).rejects.toMatchObject({ code: 'WT_SNAPSHOT_INVALID' });
      await expect(countByConstructor(folder)).rejects.toThrow('it is no file');
    });
  });

  test('a file that was changed after it was read answers nothing wrong', async () => {
    await withFile(text, async (path) => {
      const changed = await readSnapshot(path);
      appendFileSync(path, ' ');
      expect(() => changed.classes()).toThrow(WatertightError);
      writeFileSync(path, text);
      const removed = await readSnapshot(path);
      rmSync(path);
      expect(() => removed.classes()).toThrow('it was changed or removed');
    });
  });
});

describe('what is read', () => {
  test('counts by constructor, with sizes beyond four gigabytes', async () => {
    await withFile(text, async (path) => {
      expect(await countByConstructor(path)).toEqual([
        { name: '(string)', count: 1, selfBytes: 5_000_000_000 },
        { name: 'Session', count: 1, selfBytes: 40 },
        { name: 'User', count: 2, selfBytes: 40 },
        { name: '(synthetic)', count: 1, selfBytes: 0 },
      ]);
    });
  });

  test.each([false, true])('is the same in the form of later versions: %s', async (later) => {
    await withFile(snapshotText(nodes, { later }), async (path) => {
      const snapshot = await readSnapshot(path);
      expect(snapshot.nodeCount).toBe(5);
      expect(snapshot.classes().map(({ name, count, retainedBytes }) => [name, count, retainedBytes])).toEqual([
        ['(synthetic)', 1, 5_000_000_056],
        ['Session', 1, 5_000_000_056],
        ['(string)', 1, 5_000_000_000],
        ['User', 1, 16],
      ]);
    });
  });

  test('paths name edges, and skip weak ones', async () => {
    await withFile(text, async (path) => {
      const snapshot = await readSnapshot(path);
      const [big] = snapshot.instancesOf('(string)');
      expect(snapshot.pathTo(big!.id)?.map(({ edge, node }) => [edge.name, node.name.slice(0, 4)])).toEqual([
        ['1', 'Sess'],
        ['näme "quoted" \\ \u2028', '"xxx'],
      ]);
      const gone = snapshot.instancesOf('User').at(-1)!;
      expect(snapshot.pathTo(gone.id)).toBeNull();
      expect(snapshot.dominatorOf(gone.id)).toBeUndefined();
      expect(snapshot.retainersOf(gone.id)).toMatchObject([
        { weak: true, edge: { type: 'weak', name: 'gone' }, node: { name: 'Session' } },
      ]);
      expect(snapshot.pathTo(4711)).toBeNull();
      expect(snapshot.node(1)).toMatchObject({ name: '(synthetic)' });
    });
  });
});
