import { expect, test } from 'vitest';
import { collectGarbage } from '../../src/memory/index.ts';
import { runProgram } from '../support/run-program.ts';

const { setImmediate: nextTurn } = globalThis;

test('garbage is collected on request, without a flag and without leaving one behind', async () => {
  const before = Reflect.get(globalThis, 'gc') as unknown;
  const references = Array.from({ length: 100 }, (_, i) => new WeakRef({ i }));
  await new Promise((resolve) => void nextTurn(resolve)); // a WeakRef holds its target until the end of the turn that made it
  const result = collectGarbage();
  expect(references.filter((reference) => reference.deref() !== undefined)).toEqual([]);
  expect(result.heapUsedBytes).toBeGreaterThan(0);
  expect(result.pauseMs).toBeGreaterThan(0);
  expect(Reflect.get(globalThis, 'gc')).toBe(before);
});

test.each([
  ['without a flag', []],
  ['with --expose-gc', ['--expose-gc']],
] as const)('%s a program of its own collects, and finds `gc` as it was', async (_, nodeArgs) => {
  const program = `
    import { collectGarbage } from 'watertight/memory';
    const had = typeof globalThis.gc;
    let kept = Array.from({ length: 300_000 }, (_, i) => ({ i }));
    const first = collectGarbage();
    kept = null;
    const second = collectGarbage();
    const { runInNewContext } = await import('node:vm');
    console.log(JSON.stringify([second.freedBytes > 3_000_000, typeof globalThis.gc === had, runInNewContext('typeof gc'), first.pauseMs > 0]));
  `;
  const end = await runProgram(program, { nodeArgs });
  expect(end).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(end.stdout)).toEqual([true, true, nodeArgs.length === 0 ? 'undefined' : 'function', true]);
});
