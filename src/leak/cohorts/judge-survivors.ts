import type { Bytes, Milliseconds } from '../../kernel/units.ts';
import { formatCounted, formatDuration } from '../../kernel/format.ts';
import type { SurvivorPoll, SurvivorSeries } from '../survivors.ts';
import { Census } from './census.ts';
import type { SurvivorFinding } from './finding.ts';
import { findingOf } from './finding.ts';
import { Incidents } from './incidents.ts';
import { peel } from './peel.ts';

/** What the samples of one window say. `clear` is not "no leak": one that is too slow for the time looks the same. */
export type SurvivorLevel = 'leak' | 'suspect' | 'clear' | 'too-short';

/** The verdict over one window of sampled allocations. */
export interface SurvivorVerdict {
  readonly level: SurvivorLevel;
  /** One sentence for people. */
  readonly why: string;
  /** What would have been enough; `null` unless the level is `too-short`. */
  readonly wouldBeEnough: string | null;
  /** Findings that stand first, of those the heaviest first; then those that closed themselves. */
  readonly findings: readonly SurvivorFinding[];
}

/** Four cohorts after start-up, twice in a row: with fewer polls nothing can be suspected. */
const fewestPolls = 7;

/** Judges a series poll by poll, in a time that does not grow with the length of the run. The verdict at any time is the one that `judgeSurvivors` gives over the polls so far. */
export class SurvivorJudge {
  readonly #series: Pick<SurvivorSeries, 'functions' | 'stacks' | 'intervalBytes'>;
  readonly #census: Census;
  readonly #incidents: Incidents;
  #polls = 0;
  #firstMs: Milliseconds = 0;
  #lastMs: Milliseconds = -Infinity;

  /** The functions and stacks may grow while polls come: those that a poll names must be there. */
  constructor(series: Pick<SurvivorSeries, 'functions' | 'stacks' | 'intervalBytes'>) {
    this.#series = series;
    this.#census = new Census(series);
    this.#incidents = new Incidents(this.#census);
  }

  /** Time of the latest poll; -Infinity before the first. */
  get lastMs(): Milliseconds {
    return this.#lastMs;
  }

  /** Takes in the next poll; polls that are not later than the last are ignored. */
  add(poll: SurvivorPoll): void {
    if (!(poll.tMs > this.#lastMs)) return;
    if (this.#polls === 0) this.#firstMs = poll.tMs;
    this.#polls += 1;
    this.#lastMs = poll.tMs;
    this.#census.apply(poll);
    this.#incidents.apply(peel(this.#census), poll.tMs);
  }

  get verdict(): SurvivorVerdict {
    const all = this.#incidents.all.map((incident) => findingOf(incident, this.#series.intervalBytes));
    const findings = all.toSorted((a, b) => Number(a.closed !== null) - Number(b.closed !== null) || weight(b) - weight(a));
    const open = findings.filter(({ closed }) => closed === null);
    const leaks = open.filter(({ level }) => level === 'leak').length;
    if (leaks > 0) return { level: 'leak', why: this.#say(leaks, 'leaks'), wouldBeEnough: null, findings };
    if (open.length > 0) return { level: 'suspect', why: this.#say(open.length, 'is suspected to leak'), wouldBeEnough: null, findings };
    if (this.#polls >= fewestPolls) return { level: 'clear', why: this.#say(0, ''), wouldBeEnough: null, findings };
    return { level: 'too-short', why: this.#seen(), wouldBeEnough: this.#missing(), findings };
  }

  #seen(): string {
    return `${formatCounted(this.#polls, 'poll')} of sampled allocations over ${formatDuration(Math.max(0, this.#lastMs - this.#firstMs))}`;
  }

  #say(count: number, what: string): string {
    const places = count === 0 ? 'no place in the code keeps what it allocates' : `${formatCounted(count, 'place')} in the code ${what}`;
    return `${places} (${this.#seen()})`;
  }

  #missing(): string {
    const gapMs = this.#polls >= 2 ? (this.#lastMs - this.#firstMs) / (this.#polls - 1) : 2_000;
    const missing = Math.max(1, fewestPolls - this.#polls);
    return `about ${formatDuration(Math.ceil((missing * gapMs) / 1000) * 1000)} more under load: ${String(fewestPolls)} polls decide`;
  }
}

function weight({ level, bytes }: { readonly level: string; readonly bytes: Bytes }): number {
  return bytes + (level === 'leak' ? Number.MAX_SAFE_INTEGER : 0);
}

/**
 * Judges the sampled allocations that survived full collections: a leak is a place in the code whose objects, cohort by cohort of their birth,
 * survive, steadily and still. Pure: the same series gives the same verdict in every host. Polls by time; one that is not later than the one before
 * is ignored. What is held meanwhile is bounded by the samples that live, the stacks, and 64 cohorts; never throws.
 */
export function judgeSurvivors(series: SurvivorSeries): SurvivorVerdict {
  const judge = new SurvivorJudge(series);
  for (const poll of series.polls) judge.add(poll);
  return judge.verdict;
}
