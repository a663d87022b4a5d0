import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { createPollFolding } from '../../src/agent/more/poll-folding.ts';
import type { SurvivorSeries } from '../../src/leak/survivors.ts';
import { SurvivorData } from '../../src/watch/data/survivor-data.ts';
import { splitPoll } from '../../src/wire/index.ts';
import type { PollRecord } from '../../src/wire/index.ts';
import { parseLine } from '../../src/wire/index.ts';

/** What is born between two polls and lives at the later one, and which of those that live (by share) die before it. */
const step = fc.record({
  born: fc.nat(6),
  unseen: fc.nat(3),
  dies: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 }),
});

interface Played {
  readonly polls: readonly PollRecord[];
  /** What lives at each poll, by time. */
  readonly living: ReadonlyMap<number, ReadonlySet<number>>;
}

function play(steps: readonly { born: number; unseen: number; dies: readonly number[] }[]): Played {
  let ordinal = 0;
  let alive: number[] = [];
  const living = new Map<number, ReadonlySet<number>>();
  const polls = steps.map(({ born, unseen, dies }, index): PollRecord => {
    const died = alive.filter((_, at) => (dies[at] ?? 1) < 0.4);
    const fresh = Array.from({ length: born }, () => (ordinal += 1));
    ordinal += unseen;
    alive = [...alive.filter((one) => !died.includes(one)), ...fresh];
    const tMs = (index + 1) * 2000;
    living.set(tMs, new Set(alive));
    return ['p', tMs, 1, ordinal, 1000 + index, 10, 5, fresh.flatMap((one) => [1, one, 32_800]), died];
  });
  return { polls, living };
}

function read(records: readonly PollRecord[]): SurvivorSeries {
  const data = new SurvivorData();
  data.applyWindow(['w', 0, 'start', 1, 32_768, 'test']);
  data.applyFunction(['F', 1, 'f', '/app.js', 1, 1]);
  data.applyStack(['t', 1, 0, 1]);
  for (const record of records) data.applyPoll(record);
  const series = data.windows[0]?.series;
  if (series === undefined) throw new Error('no window');
  return series;
}

/** At each poll of the series lives what lived then; nobody dies twice or unborn. */
function expectSame(series: SurvivorSeries, { living, polls }: Played): void {
  const alive = new Set<number>();
  let clock = 0;
  for (const poll of series.polls) {
    for (const { ordinal } of poll.born) {
      expect(ordinal).toBeGreaterThan(clock);
      expect(ordinal).toBeLessThanOrEqual(poll.clock);
      alive.add(ordinal);
    }
    for (const ordinal of poll.died) expect(alive.delete(ordinal)).toBe(true);
    expect([...alive]).toEqual([...(living.get(poll.tMs) ?? [])]);
    ({ clock } = poll);
  }
  expect(series.polls.at(-1)?.tMs).toBe(polls.at(-1)?.[1]);
}

function thin(polls: readonly PollRecord[], half: number): readonly PollRecord[] {
  const folding = createPollFolding(4);
  const older = polls.slice(0, half).flatMap((poll) => folding.add(JSON.stringify(poll)) ?? []);
  const lines = [...older, folding.take() ?? []].flat();
  return [...lines.map((line) => parseLine(line) as PollRecord), ...polls.slice(half)];
}

describe('the series of a window', () => {
  property.prop([fc.array(step, { minLength: 1, maxLength: 300 })])(
    'tells what lived, however many polls there were',
    (steps) => {
      const played = play(steps);
      const series = read(played.polls);
      expect(series.polls.length).toBeLessThanOrEqual(120);
      expectSame(series, played);
    },
  );

  property.prop([
    fc.array(step, { minLength: 1, maxLength: 200 }),
    fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
  ])('tells the same after the file was thinned, any number of times', (steps, halves) => {
    const played = play(steps);
    const thinned = halves.reduce<readonly PollRecord[]>(
      (polls, share) => thin(polls, Math.floor(polls.length * share)),
      played.polls,
    );
    expectSame(read(thinned), played);
  });

  test('a poll that is too long for a line becomes several, and says the same', () => {
    const born = Array.from({ length: 30_000 }, (_, at) => [1, at + 1, 32_800]).flat();
    const whole: PollRecord = ['p', 2000, 1, 30_005, 1000, 10, 5, born, []];
    const after: PollRecord = ['p', 4000, 1, 30_010, 1000, 10, 5, [], Array.from({ length: 30_000 }, (_, at) => at + 1)];
    const parts = [...splitPoll(whole), ...splitPoll(after)];
    for (const part of parts) expect(JSON.stringify(part).length).toBeLessThan(1_000_000);
    const series = read(parts);
    expect(series.polls.flatMap((poll) => poll.born)).toHaveLength(30_000);
    expect(new Set(series.polls.flatMap((poll) => poll.died)).size).toBe(30_000);
    expect(series.polls.filter((poll) => poll.tMs === 2000).at(-1)?.clock).toBe(30_005);
  });
});

test('code that is loaded again counts as the same, functions of eval do not', () => {
  const data = new SurvivorData();
  data.applyWindow(['w', 0, 'start', 1, 32_768, 'test']);
  data.applyFunction(['F', 1, 'f', '/app.js', 1, 1]);
  data.applyFunction(['F', 2, 'f', '/app.js', 1, 1]);
  data.applyFunction(['F', 3, 'f', 'eval', 1, 1]);
  data.applyFunction(['F', 4, 'f', 'eval', 1, 1]);
  for (const id of [1, 2, 3, 4]) data.applyStack(['t', id, 0, id]);
  data.applyPoll(['p', 1, 1, 9, 0, 0, 0, [1, 1, 9, 2, 2, 9, 3, 3, 9, 4, 4, 9], []]);
  const series = data.windows[0]?.series;
  expect(series?.functions).toHaveLength(3);
  expect(series?.polls[0]?.born.map(({ stack }) => stack)).toEqual([0, 0, 1, 2]);
});

test('what was made while no function was on the stack is told as well: it lives in the same heap', () => {
  const { polls } = read([
    ['p', 2000, 1, 5, 1000, 10, 5, [0, 5, 32_800], []],
    ['p', 4000, 1, 6, 1000, 10, 5, [], [5]],
  ]);
  expect(polls[0]?.born).toEqual([{ stack: -1, ordinal: 5, bytes: 32_800 }]);
});
