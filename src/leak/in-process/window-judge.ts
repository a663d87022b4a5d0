import type { Bytes, Milliseconds } from '../../kernel/units.ts';
import { SurvivorJudge } from '../cohorts/judge-survivors.ts';
import type { SurvivorFinding } from '../cohorts/finding.ts';
import type { SurvivorLevel } from '../cohorts/judge-survivors.ts';
import type { SampledFunction } from '../survivors.ts';
import type { PackedPoll } from './packed-poll.ts';
import { SampledSeries } from './sampled-series.ts';

/** A function whose objects stay, as plain data. */
export interface JudgedFinding {
  readonly level: 'suspect' | 'leak';
  /** Why it is no longer so; `null` while it is. */
  readonly closed: string | null;
  readonly function: SampledFunction;
  /** Who called it, outermost first. */
  readonly calledFrom: readonly SampledFunction[];
  readonly bytesPerSecond: number;
  readonly objectsPerSecond: number;
  readonly bytes: Bytes;
  readonly survivors: number;
  readonly cohorts: number;
}

/** The verdict over the polls of a window so far. */
export interface JudgedWindow {
  readonly level: SurvivorLevel;
  readonly why: string;
  readonly findings: readonly JudgedFinding[];
}

/** Judges the polls of one window, wherever it runs: in the thread itself or in one of its own. */
export class WindowJudge {
  readonly #series: SampledSeries;
  readonly #judge: SurvivorJudge;

  constructor(intervalBytes: Bytes) {
    this.#series = new SampledSeries(intervalBytes);
    this.#judge = new SurvivorJudge(this.#series);
  }

  add(poll: PackedPoll, tMs: Milliseconds): JudgedWindow {
    this.#judge.add(this.#series.add(poll, tMs));
    const { level, why, findings } = this.#judge.verdict;
    return { level, why, findings: findings.flatMap((finding) => this.#plain(finding) ?? []) };
  }

  #plain(finding: SurvivorFinding): JudgedFinding | null {
    const { functions } = this.#series;
    const found = functions[finding.frame];
    if (found === undefined) return null;
    const { level, closed, path, rate, objectsPerSecond, bytes, survivors, cohorts } = finding;
    return {
      level,
      closed: closed?.why ?? null,
      function: found,
      calledFrom: path.filter((frame) => frame !== finding.frame).flatMap((frame) => functions[frame] ?? []),
      bytesPerSecond: rate.bytesPerSecond,
      objectsPerSecond,
      bytes,
      survivors,
      cohorts: cohorts.length,
    };
  }
}
