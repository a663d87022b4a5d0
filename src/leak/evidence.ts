import type { Milliseconds } from '../kernel/units.ts';
import type { CollectedPoint, GrowthInput, GrowthLevel, GrowthVerdict } from './series.ts';

/** Fewer full collections, or a shorter time between the first and the last, decide nothing. */
export const fewestPoints = 6;
export const shortestSpanMs: Milliseconds = 30_000;

/** What every detector is given: the input, put in order once. */
export interface Evidence {
  readonly input: GrowthInput;
  /** All points that are numbers, by time. */
  readonly all: readonly CollectedPoint[];
  /** The forced ones where there are enough of them, else all: what a natural collection leaves over would read as growth. */
  readonly points: readonly CollectedPoint[];
  /** Time from the first of `points` to the last. */
  readonly spanMs: Milliseconds;
}

/** One way to read the evidence. Answers `null` when it has nothing to say; the order in `judge.ts` is the policy. */
export type Detector = (evidence: Evidence) => GrowthVerdict | null;

function spanOf(points: readonly CollectedPoint[]): Milliseconds {
  return (points.at(-1)?.tMs ?? 0) - (points[0]?.tMs ?? 0);
}

export function isEnough(points: readonly CollectedPoint[]): boolean {
  return points.length >= fewestPoints && spanOf(points) >= shortestSpanMs;
}

export function prepare(input: GrowthInput): Evidence {
  const all = input.points
    .filter((point) => Number.isFinite(point.tMs) && Number.isFinite(point.liveBytes))
    .toSorted((a, b) => a.tMs - b.tMs);
  const forced = all.filter((point) => point.how === 'forced');
  const points = isEnough(forced) ? forced : all;
  return { input, all, points, spanMs: spanOf(points) };
}

/** A verdict of the given level whose other members say "nothing". */
export function verdict(
  level: GrowthLevel,
  evidence: Evidence,
  members: Pick<GrowthVerdict, 'why'> & Partial<GrowthVerdict>,
): GrowthVerdict {
  return {
    level,
    wouldBeEnough: null,
    rate: null,
    reachedInMs: null,
    limit: null,
    evidence: { collections: evidence.all.length, points: evidence.points.length },
    ...members,
  };
}
