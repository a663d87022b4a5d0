import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { countByConstructor, diffSnapshots, readSnapshot } from '../../src/snapshot/index.ts';
import type { SnapshotDiff } from '../../src/snapshot/index.ts';
import { runProgram } from '../support/run-program.ts';
import { inFolder } from './support/made-up.ts';

async function write(folder: string, what: string): Promise<void> {
  const { code, stderr } = await runProgram('test/programs/heap-structures.cjs', { args: [folder, what], timeoutMs: 120_000 });
  expect(code, stderr).toBe(0);
}

describe('the heap of a program', () => {
  test('has the objects that it made, each held as the program holds it', { timeout: 120_000 }, async () => {
    await inFolder(async (folder) => {
      await write(folder, 'structures');
      const file = join(folder, 'one.heapsnapshot');
      const snapshot = await readSnapshot(file);
      const classes = new Map(snapshot.classes().map((one) => [one.name, one]));
      expect(classes.get('Session')).toMatchObject({ count: 200, biggest: { type: 'object' } });
      expect(classes.get('Session')!.retainedBytes).toBeGreaterThanOrEqual(classes.get('Session')!.selfBytes);

      const path = snapshot.pathTo(classes.get('Session')!.biggest.id)!;
      const names = path.map(({ edge }) => edge.name);
      expect(names).toContain('kept');
      expect(names).toContain('sessions');
      expect(path.at(-1)!.node.at).toMatchObject({ file: expect.stringContaining('heap-structures.cjs'), line: 9 });

      // A WeakMap holds its values through their keys, and so not by itself.
      const weak = snapshot.pathTo(snapshot.instancesOf('OnlyWeak')[0]!.id)!;
      expect(weak.map(({ edge }) => edge.name)).toContain('keys');
      expect(classes.get('WeakMap')!.retainedBytes).toBeLessThan(10_000);

      // What was transferred is nobody's here any more.
      expect(classes.get('Here')!.retainedBytes).toBeGreaterThan(100_000);
      expect(classes.get('Away')!.retainedBytes).toBeLessThan(2_000);

      const counted = new Map((await countByConstructor(file)).map((one) => [one.name, one]));
      for (const name of ['Session', 'OnlyWeak', 'Map', '(string)'])
        expect([name, counted.get(name)!.count]).toEqual([name, classes.get(name)!.count]);
      expect(snapshot.biggest(5).map(({ name }) => name)).not.toContain('(array)');
    });
  });
});

async function differ(what: string): Promise<SnapshotDiff> {
  return inFolder(async (folder) => {
    await write(folder, what);
    const [first = '', second = '', third = ''] = [1, 2, 3].map((round) => join(folder, `${round}.heapsnapshot`));
    return diffSnapshots(first, second, third);
  });
}

const labels = (diff: SnapshotDiff): string => diff.classes[0]!.paths[0]!.heldBy.map(({ label }) => label).join(' → ');

describe('three snapshots of a program that keeps', () => {
  test('closures in a Map name the function, its line and the Map', { timeout: 120_000 }, async () => {
    const diff = await differ('closures');
    expect(diff.classes[0]).toMatchObject({ name: '(closure) remember', count: 300, at: { line: 46 } });
    expect(diff.classes[0]!.at!.file).toContain('heap-structures.cjs');
    expect(labels(diff)).toContain('kept: Object → map: Map → (closure) remember');
  });

  test('listeners name the emitter and the event', { timeout: 120_000 }, async () => {
    const diff = await differ('listeners');
    expect(diff.classes[0]).toMatchObject({ name: '(closure) onChange', count: 300 });
    expect(labels(diff)).toMatch(/bus: EventEmitter → _events: Object → change: Array → \(closure\) onChange$/);
    // What a listener holds belongs to it.
    expect(diff.classes.map(({ name }) => name)).not.toContain('Object');
  });

  test('objects in an array of arrays name the array', { timeout: 120_000 }, async () => {
    const diff = await differ('array');
    expect(diff.classes[0]).toMatchObject({ name: 'Array', count: 300 });
    expect(labels(diff)).toContain('kept: Object → list: Array → Array');
  });

  test('text names the array', { timeout: 120_000 }, async () => {
    const diff = await differ('strings');
    expect(diff.classes[0]!.count).toBeGreaterThanOrEqual(300);
    expect(labels(diff)).toContain('kept: Object → list: Array');
  });

  test('a chain is one way, however long', { timeout: 120_000 }, async () => {
    const diff = await differ('chain');
    expect(diff.classes[0]!.count).toBe(300);
    expect(labels(diff)).toContain('kept: Object → head: Object');
    expect(diff.classes[0]!.paths.length).toBeLessThanOrEqual(2);
  });

  test('nothing but a bounded cache name nothing', { timeout: 120_000 }, async () => {
    expect((await differ('clean')).classes).toEqual([]);
  });

  test('cannot be compared where ids were given anew in between, and say so', { timeout: 120_000 }, async () => {
    await expect(differ('renumbered')).rejects.toThrow('have other ids than in the snapshot before it');
  });
});
