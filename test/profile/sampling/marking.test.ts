import { afterEach, expect, test, vi } from 'vitest';
import { createMarking } from '../../../src/profile/sampling/marking.ts';

const megabyte = 1_048_576;

afterEach(() => {
  vi.restoreAllMocks();
});

/** How long the thread stands still for polls of a heap of 20 MB, each of which was collected so many times. */
function restsFor(collections: readonly number[]): readonly number[] {
  const wait = vi.spyOn(Atomics, 'wait').mockReturnValue('timed-out');
  wait.mockClear();
  const marking = createMarking(() => undefined);
  for (const times of collections) {
    const preparation = marking.inPlace(20 * megabyte);
    preparation.prepare();
    preparation.collected(times);
  }
  return wait.mock.calls.map(([, , , ms]) => ms ?? 0);
}

test('where V8 ends by itself what was begun, the next poll waits for less, down to a bound; then a little longer each time', () => {
  expect(restsFor([1, 1, 1])).toEqual([19, 19, 19]);
  const shorter = restsFor([2, 2, 2, 2, 2, 2]);
  expect(shorter).toEqual([...shorter].sort((a, b) => b - a));
  expect(shorter.at(-1)).toBe(9);
  const back = restsFor([2, 2, 1, 1, 1]).slice(2);
  expect(back).toEqual([...back].sort((a, b) => a - b));
  expect(new Set(back).size).toBe(3);
});
