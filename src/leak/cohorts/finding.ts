import type { Bytes, Milliseconds } from '../../kernel/units.ts';
import type { GrowthRate } from '../series.ts';
import type { Blame } from './blame.ts';
import type { Incident } from './incidents.ts';
import type { FindingCohort } from './peel.ts';
import type { Failing } from './rules.ts';
import { objectsOf } from './weights.ts';

/** A place in the code whose objects survive. Frames are indices of the functions of the series. */
export interface SurvivorFinding extends Blame {
  /** `suspect`: passed all rules twice in a row. `leak`: passes them still, 1.75 times as late, and has grown meanwhile. */
  readonly level: 'suspect' | 'leak';
  /** What is made there is let go of in turn, but less than comes: a line of jobs that grows. Nothing survives for good; suspect then takes three polls, leak 1.8 times as long. */
  readonly outgrows: boolean;
  /** When it first passed, when it was suspected, and when it was called a leak. */
  readonly firstMs: Milliseconds;
  readonly suspectMs: Milliseconds;
  readonly leakMs: Milliseconds | null;
  /** Since when it is no longer so, and why. */
  readonly closed: { readonly tMs: Milliseconds; readonly why: string } | null;
  /** Survivors kept per second, with the bounds that the number of samples allows (95 %). */
  readonly rate: GrowthRate;
  readonly objectsPerSecond: number;
  /** Sampled survivors of the judged cohorts, and the bytes and objects that they stand for. */
  readonly survivors: number;
  readonly bytes: Bytes;
  readonly objects: number;
  /** The judged cohorts, and how many full collections the oldest of them lived through. */
  readonly cohorts: readonly FindingCohort[];
  readonly collections: number;
}

const reasons: Readonly<Record<Failing | 'gone', string>> = {
  'few-cohorts': 'what was made there lives for a bounded time',
  'few-survivors': 'what was made there was released',
  released: 'what was made there was released',
  replaces: 'as much went of what was there before: what is made takes its place',
  saturates: 'it slowed down, as a cache does that fills',
  full: 'as much is released as is added, as by a cache that is full',
  burst: 'it came in a burst and not steadily',
  stopped: 'nothing more is kept',
  gone: 'it keeps no more than before',
};

/** Bounds of a Poisson count at 95 %, as factors of it. */
function bounds(count: number): readonly [low: number, high: number] {
  const reach = 1.96 / Math.sqrt(Math.max(1, count));
  return [Math.max(0, 1 - reach), 1 + reach];
}

export function findingOf(incident: Incident, intervalBytes: Bytes): SurvivorFinding {
  const { last, level } = incident;
  const { samples, evidence, blame } = last;
  const seconds = Math.max(0.001, evidence.span.spanMs / 1000);
  const bytes = samples.reduce((sum, sample) => sum + sample.bytes, 0);
  const objects = samples.reduce((sum, sample) => sum + objectsOf(sample.bytes, intervalBytes), 0);
  const [low, high] = bounds(samples.length);
  const pace = bytes / seconds;
  return {
    ...blame,
    level: level === 'leak' ? 'leak' : 'suspect',
    outgrows: last.outgrows,
    firstMs: incident.firstMs,
    suspectMs: incident.suspectMs ?? incident.firstMs,
    leakMs: incident.leakMs,
    closed: incident.closed === null ? null : { tMs: incident.closed.tMs, why: reasons[incident.closed.failing] },
    rate: { bytesPerSecond: pace, low: pace * low, high: pace * high },
    objectsPerSecond: objects / seconds,
    survivors: samples.length,
    bytes,
    objects,
    cohorts: last.cohorts,
    collections: last.collections,
  };
}
