import type { Report } from '../../wire/report.ts';
import { formatBytes, formatDuration, formatShare } from '../../kernel/format.ts';
import type { Change, ChangeStatus, Compared, Confidence } from './words.ts';

/** How a figure is compared: what differs by less than both bounds is the same. */
interface Figure {
  readonly what: Compared;
  readonly key: string;
  readonly title: string;
  readonly ratio: number;
  readonly least: number;
  readonly counts: boolean;
  readonly read: (report: Report) => Measured | null;
  readonly say: (value: number) => string;
}

/** A figure, and the range that it was measured in where there was more than one measurement. */
interface Measured {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}

const megabyte = 1024 ** 2;
/** The last third of the points tells what the program holds when it has warmed up. */
const tailShare = 1 / 3;
const fewestPoints = 3;
/** A run that is shorter by more than this factor cannot be held against the other's memory. */
const mostUnlike = 2;

function one(value: number | null): Measured | null {
  return value === null ? null : { value };
}

/** What the last third of the full collections left in use, in the thread that held most. */
function liveAtEnd(report: Report): Measured | null {
  const tails = report.memory.series.map(({ collected }) => {
    const forced = collected.filter(([, , how]) => how === 'forced');
    const points = forced.length >= fewestPoints ? forced : collected;
    return points.slice(-Math.max(fewestPoints, Math.floor(points.length * tailShare))).map(([, bytes]) => bytes);
  });
  const measured = tails
    .filter((tail) => tail.length >= fewestPoints)
    .map((tail) => {
      const sorted = tail.toSorted((a, b) => a - b);
      return { value: sorted[sorted.length >> 1] ?? 0, low: sorted[0] ?? 0, high: sorted.at(-1) ?? 0 };
    });
  return measured.sort((a, b) => b.value - a.value)[0] ?? null;
}

const figures: readonly Figure[] = [
  {
    what: 'memory',
    key: 'live',
    title: 'live after full collections',
    ratio: 1.25,
    least: 5 * megabyte,
    counts: true,
    read: liveAtEnd,
    say: formatBytes,
  },
  {
    what: 'memory',
    key: 'peak-rss',
    title: 'peak rss',
    ratio: 1.25,
    least: 20 * megabyte,
    counts: true,
    read: ({ memory }) => one(memory.peak.rssBytes),
    say: formatBytes,
  },
  {
    what: 'memory',
    key: 'peak-external',
    title: 'peak external memory',
    ratio: 1.5,
    least: 20 * megabyte,
    counts: false,
    read: ({ memory }) => one(memory.peak.externalBytes),
    say: formatBytes,
  },
  {
    what: 'memory',
    key: 'collections',
    title: 'time in collections',
    ratio: 1.5,
    least: 0.02,
    counts: false,
    read: ({ memory }) => one(memory.gc.share),
    say: formatShare,
  },
  {
    what: 'cost',
    key: 'cpu',
    title: 'CPU of watching',
    ratio: 1.5,
    least: 0.01,
    counts: false,
    read: ({ cost }) => one(cost.cpuShare),
    say: formatShare,
  },
  {
    what: 'cost',
    key: 'pause',
    title: 'longest pause by watching',
    ratio: 1.5,
    least: 20,
    counts: false,
    read: ({ cost }) => one(cost.longestPauseMs),
    say: formatDuration,
  },
];

function statusOf(figure: Figure, was: Measured, is: Measured): ChangeStatus {
  if (is.value - was.value >= figure.least && is.value >= was.value * figure.ratio) return 'worse';
  if (was.value - is.value >= figure.least && was.value >= is.value * figure.ratio) return 'better';
  return 'same';
}

function rangesMeet(a: Measured, b: Measured): boolean {
  return (a.low ?? a.value) <= (b.high ?? b.value) && (b.low ?? b.value) <= (a.high ?? a.value);
}

function areUnlike(before: Report, after: Report): boolean {
  const [a, b] = [before.run.durationMs, after.run.durationMs];
  return Math.max(a, b) > mostUnlike * Math.max(1, Math.min(a, b));
}

interface Course {
  readonly confidence: Confidence;
  readonly why: string;
}

function courseOf(status: ChangeStatus, was: Measured, is: Measured, unlike: boolean): Course {
  if (status === 'same') return { confidence: 'high', why: 'within what differs from run to run' };
  if (unlike) return { confidence: 'low', why: 'one run lasted more than twice as long as the other' };
  if (is.low === undefined) return { confidence: 'medium', why: 'one figure per run' };
  if (rangesMeet(was, is)) return { confidence: 'low', why: 'the ranges of the last third of the measurements meet' };
  return { confidence: 'high', why: 'the ranges of the last third of the measurements do not meet' };
}

/** Memory and the cost of watching. What was not measured in one of the runs is left out. */
export function compareFigures(before: Report, after: Report): readonly Change[] {
  const unlike = areUnlike(before, after);
  return figures.flatMap((figure): Change[] => {
    const [was, is] = [figure.read(before), figure.read(after)];
    if (was === null || is === null) return [];
    const status = statusOf(figure, was, is);
    const course = courseOf(status, was, is, unlike);
    const { what, key, title, say } = figure;
    const counts = figure.counts && status === 'worse' && course.confidence !== 'low';
    return [{ what, key, title, status, counts, ...course, before: say(was.value), after: say(is.value) }];
  });
}
