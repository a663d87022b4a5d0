import type { Bytes, Milliseconds } from '../kernel/units.ts';
import type { Detector, Evidence } from './evidence.ts';
import { shortestSpanMs, verdict } from './evidence.ts';
import type { NamedLimit, Reading } from './series.ts';
import { formatBytes, formatDuration } from '../kernel/format.ts';
import { sayLimit } from './words.ts';

/** Start-up is a step as well and no news. */
const startUpShare = 0.25;
/** A step happens within this share of the time. */
const longestShare = 0.1;
/** It holds at least this share of all that the series ever rose: batches and ramps have many rises. */
const leastShareOfRises = 0.7;
/** Smaller steps are not worth a line: bytes, and share of the level before. */
const leastStep = { bytes: 4 * 1024 ** 2, share: 0.5 } as const;
/** A step of resident memory is news only where it came near a limit. */
const nearLimit = 0.7;

/** One sudden rise of a series. */
export interface Spike {
  /** When it began and how long it took. */
  readonly atMs: Milliseconds;
  readonly tookMs: Milliseconds;
  readonly fromBytes: Bytes;
  readonly toBytes: Bytes;
  /** It fell back by at least half of the step later on. */
  readonly cameBack: boolean;
}

function sumOfRises(series: readonly Reading[]): Bytes {
  return series.slice(1).reduce((sum, [, bytes], i) => sum + Math.max(0, bytes - (series[i]?.[1] ?? bytes)), 0);
}

/** The highest rise that fits into the time that a step may take, in its shortest form; at least one interval of the series. */
function steepest(series: readonly Reading[], windowMs: Milliseconds): readonly [from: number, to: number] {
  let best: readonly [number, number] = [0, 0];
  let height = 0;
  for (let from = 0, to = 1; to < series.length; to++) {
    while (from < to - 1 && (series[to]?.[0] ?? 0) - (series[from]?.[0] ?? 0) > windowMs) from++;
    for (let start = from; start < to; start++) {
      const rise = (series[to]?.[1] ?? 0) - (series[start]?.[1] ?? 0);
      if (rise > height || (rise === height && to === best[1])) [best, height] = [[start, to], rise];
    }
  }
  return best;
}

/** One sudden, large rise that makes up most of what the series ever rose, after start-up; `null` when there is none. Series by time. */
export function findSpike(series: readonly Reading[]): Spike | null {
  const rest = series.slice(Math.floor(series.length * startUpShare));
  const [first, last] = [rest[0], rest.at(-1)];
  if (first === undefined || last === undefined || rest.length < 4) return null;
  const [start, end] = steepest(rest, (last[0] - first[0]) * longestShare);
  const [from, to] = [rest[start] ?? first, rest[end] ?? first];
  const step = to[1] - from[1];
  if (step < Math.max(leastStep.bytes, leastStep.share * from[1]) || step < leastShareOfRises * sumOfRises(rest)) return null;
  const lowestAfter = Math.min(...rest.slice(end).map(([, bytes]) => bytes));
  return {
    atMs: from[0],
    tookMs: to[0] - from[0],
    fromBytes: from[1],
    toBytes: to[1],
    cameBack: to[1] - lowestAfter >= step / 2,
  };
}

function say(what: string, spike: Spike, endMs: Milliseconds): string {
  const after = spike.cameBack
    ? 'and fell back later'
    : `and did not go on rising in the ${formatDuration(endMs - spike.atMs)} after it`;
  return `${what} rose once, from ${formatBytes(spike.fromBytes)} to ${formatBytes(spike.toBytes)} within ${formatDuration(spike.tookMs)}, ${after}: one step is not a leak`;
}

function tightestOfProcess({ input }: Evidence): NamedLimit | undefined {
  return input.limits.filter((limit) => limit.name !== 'heap').toSorted((a, b) => a.bytes - b.bytes)[0];
}

/** At most so many readings are looked at; the highest of each group stands for it, so that a short peak stays. */
const mostReadings = 600;

function thinned(series: readonly Reading[]): readonly Reading[] {
  const size = Math.ceil(series.length / mostReadings);
  if (size <= 1) return series;
  return Array.from({ length: Math.ceil(series.length / size) }, (_, i) =>
    series.slice(i * size, (i + 1) * size).reduce((highest, each) => (each[1] > highest[1] ? each : highest)),
  );
}

function residentSpike(evidence: Evidence): string | null {
  const rss = thinned(evidence.input.rss ?? []);
  const limit = tightestOfProcess(evidence);
  const endMs = rss.at(-1)?.[0] ?? 0;
  if (limit === undefined || endMs - (rss[0]?.[0] ?? 0) < shortestSpanMs) return null;
  const spike = findSpike(rss);
  if (spike === null || spike.toBytes < nearLimit * limit.bytes) return null;
  return `${say('rss', spike, endMs)}; it came to ${Math.round((100 * spike.toBytes) / limit.bytes)} % of ${sayLimit(limit)}`;
}

/** One step of what is live, or of resident memory where it came near a limit. */
export const spiking: Detector = (evidence) => {
  const { points } = evidence;
  const live = findSpike(points.map((point) => [point.tMs, point.liveBytes]));
  const why =
    live === null ? residentSpike(evidence) : say('what full collections leave in use', live, points.at(-1)?.tMs ?? live.atMs);
  return why === null ? null : verdict('spike', evidence, { why });
};
