import { expect, test } from 'vitest';
import { OwnAllocations } from '../../../src/leak/in-process/own-allocations.ts';
import type { PackedPoll } from '../../../src/leak/in-process/packed-poll.ts';
import { collectGarbage } from '../../../src/memory/index.ts';

const intervalBytes = 4_096;

function poll(clock: number, born: readonly number[] = [], died: readonly number[] = []): PackedPoll {
  const flat = born.flatMap((ordinal) => [7, ordinal, 40]);
  return {
    clock,
    heapUsedBytes: 0,
    externalBytes: 0,
    cost: { pauseMs: 1, costMs: 1 },
    functions: [],
    stacks: [],
    born: Float64Array.from(flat),
    died: Float64Array.from(died),
  };
}

let kept: unknown[] = [];

/** About two megabytes. */
function allocate(): void {
  kept = Array.from({ length: 32 }, () => new Array<number>(8_192).fill(1));
  expect(kept).toHaveLength(32);
}

test('what we allocate between two polls does not move the clock, also where it is collected meanwhile', () => {
  const own = new OwnAllocations();
  expect(own.without(poll(100), intervalBytes).clock).toBe(100);
  own.during(() => {
    allocate();
    kept = [];
    collectGarbage();
    allocate();
  });
  const samples = (4 * 1024 ** 2) / intervalBytes;
  const { clock } = own.without(poll(200 + samples), intervalBytes);
  // The heap is counted in pages where V8 pleases.
  expect(clock - 100).toBeLessThan(100 + samples / 4);
  expect(clock - 100).toBeGreaterThanOrEqual(1);
  expect(own.without(poll(300 + samples), intervalBytes).clock - clock).toBe(100);
});

test('samples keep their order and their poll, and those that die are the ones that were born', () => {
  const own = new OwnAllocations();
  own.without(poll(100, [10, 100]), intervalBytes);
  own.during(allocate);
  const second = own.without(poll(1_000, [400, 700, 1_000]), intervalBytes);
  const born = [...second.born].filter((_, at) => at % 3 === 1);
  expect(born.toSorted((a, b) => a - b)).toEqual(born);
  expect(born[0]).toBeGreaterThan(100);
  expect(born.at(-1)).toBe(second.clock);
  expect(second.clock).toBeLessThan(1_000);
  const third = own.without(poll(1_100, [], [10, 700]), intervalBytes);
  expect([...third.died]).toEqual([10, born[1]]);
  expect(third.clock - second.clock).toBe(100);
});

test('what throws is passed on, and counts', () => {
  const own = new OwnAllocations();
  const fail = (): never => {
    allocate();
    throw new Error('no');
  };
  expect(() => own.during(fail)).toThrow('no');
  expect(own.without(poll(1_000), intervalBytes).clock).toBeLessThan(750);
});
