import type { CountPoint } from '../../leak/index.ts';
import type { Finding } from '../../wire/index.ts';

/** Fewer points say nothing about a pace. */
const fewestPoints = 4;
/** The two courses, each from 0 to 1, are never further apart than chance would have it in one of twenty (Kolmogorov), nor than `mostApart`. */
const byChance = 1.36;
const apartOfMany = 0.1;
const mostApart = 0.4;

/** How many of the sampled survivors were made up to the end of each cohort; times as in the finding. */
function survivorsOver({ allocation }: Finding): readonly CountPoint[] {
  let sum = 0;
  return (allocation?.cohorts ?? []).map(([, toMs, , alive]) => [toMs, (sum += alive)] as const);
}

function levelAt(points: readonly CountPoint[], tMs: number): number {
  return points.findLast(([at]) => at <= tMs)?.[1] ?? points[0]?.[1] ?? 0;
}

function course(levels: readonly number[]): readonly number[] {
  const [first, last] = [levels[0] ?? 0, levels.at(-1) ?? 0];
  return levels.map((level) => (level - first) / (last - first));
}

/** Whether a figure rose while the survivors were made, part by part. */
function isSamePace(points: readonly CountPoint[], finding: Finding): boolean {
  const [fromMs, toMs] = [points[0]?.[0] ?? Infinity, points.at(-1)?.[0] ?? -Infinity];
  const made = survivorsOver(finding).filter(([tMs]) => tMs >= fromMs && tMs <= toMs);
  if (made.length < fewestPoints) return false;
  const samples = (made.at(-1)?.[1] ?? 0) - (made[0]?.[1] ?? 0);
  const limit = Math.min(mostApart, Math.max(apartOfMany, byChance / Math.sqrt(samples)));
  const theirs = course(made.map(([, count]) => count));
  const ours = course(made.map(([tMs]) => levelAt(points, tMs)));
  return theirs.every((share, at) => Math.abs(share - (ours[at] ?? NaN)) <= limit);
}

/**
 * The line of the only objects that survive, if they do at the pace of a figure which has no line of its own: what is outside of the heap is
 * held by something in it. Null where there are none, or several at that pace: then nobody knows which. Times as in the findings.
 */
export function siteOfSamePace(points: readonly CountPoint[], survivors: readonly Finding[]): number | null {
  const alike = new Set(survivors.filter((finding) => isSamePace(points, finding)).flatMap(({ site }) => site ?? []));
  return alike.size === 1 ? ([...alike][0] ?? null) : null;
}
