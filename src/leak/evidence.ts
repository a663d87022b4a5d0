import type { Milliseconds } from '../kernel/units.ts';
import type { CollectedPoint, GrowthInput, GrowthLevel, GrowthVerdict } from './series.ts';

/** Fewer full collections, or a shorter time between the first and the last, decide nothing. */
export const fewestPoints = 6;
export const shortestSpanMs: Milliseconds = 30_000;

/** What every detector is given: the input, put in order once. */
export interface Evidence {
  /** Points and resident memory by time, without what is no number. */
  readonly input: GrowthInput;
  /** All points. */
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

/** A time or a size that can be reckoned with. */
function isFigure(value: number): boolean {
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER;
}

function ordered(input: GrowthInput): GrowthInput {
  const points = input.points.filter((point) => isFigure(point.tMs) && isFigure(point.liveBytes));
  const rss = (input.rss ?? []).filter(([tMs, bytes]) => isFigure(tMs) && isFigure(bytes));
  return { ...input, points: points.sort((a, b) => a.tMs - b.tMs), rss: rss.sort((a, b) => a[0] - b[0]) };
}

export function prepare(given: GrowthInput): Evidence {
  const input = ordered(given);
  const all = input.points;
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
