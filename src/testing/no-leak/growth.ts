import type { Bytes } from '../../kernel/units.ts';
import type { Rounds } from './rounds.ts';

/** The first rounds are left to what is compiled and filled late. */
const startUpRounds = 6;
/** By what is in use alone, without a line to blame, less than this is no leak: test runners and the compiler move so much. Beside a suspect less is enough. */
const leastTotal: Readonly<Record<Beside, Bytes>> = { nothing: 64 * 1024, suspect: 16 * 1024 };
const leastRising = 0.8;
const leastLate = 0.5;
/** What survivors were blamed for must still show, in the last rounds, in what is in use. */
const lastRounds = 5;
const leastShown = 0.3;

function steps(values: readonly Bytes[]): readonly Bytes[] {
  return values.slice(1).map((value, i) => value - (values[i] ?? value));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

/** Heap and external memory in use, after each round. */
function totals({ live }: Rounds): readonly Bytes[] {
  return live.map(({ heapBytes, externalBytes }) => heapBytes + externalBytes);
}

/** What else speaks for a leak. */
export type Beside = 'nothing' | 'suspect';

/** Growth per round over the rounds that are judged: the median, which a step up or down does not move. */
export function growthPerRound(rounds: Rounds): Bytes {
  return median(steps(totals(rounds).slice(startUpRounds)));
}

/** Steadily up in what is in use, and still. */
export function isSteadyGrowth(rounds: Rounds, leastPerRound: Bytes, beside: Beside): boolean {
  const rises = steps(totals(rounds).slice(startUpRounds));
  const pace = median(rises);
  if (pace < leastPerRound || pace * rises.length < leastTotal[beside]) return false;
  const half = rises.length >> 1;
  const rising = rises.filter((rise) => rise > 0.25 * pace).length;
  return rising >= leastRising * rises.length && median(rises.slice(half)) >= leastLate * median(rises.slice(0, half));
}

/** Whether the last rounds still kept a share of what survivors say; a cache that is full keeps nothing more. */
export function stillShows(rounds: Rounds, bytesPerRound: Bytes): boolean {
  return median(steps(totals(rounds)).slice(-lastRounds)) >= leastShown * bytesPerRound;
}
