// Programs made in code, and what a heap sampler would tell of them. Their time is the allocation of samples: nothing here waits.
import type { SampledFunction, SampledStack, Survivor, SurvivorPoll, SurvivorSeries } from '../../src/leak/index.ts';
import { randomNumbers } from './series.ts';

/** When a sample of a source is released: never, after so many samples of the program, with its batch, or when newer ones push it out. */
export type Fate =
  | { readonly kind: 'forever' }
  | { readonly kind: 'garbage' }
  | { readonly kind: 'ttl'; readonly samples: number }
  | { readonly kind: 'batch'; readonly samples: number }
  /** A line of jobs: for each that comes, so many are taken out, oldest first. */
  | { readonly kind: 'line'; readonly taken: number }
  | { readonly kind: 'cache'; readonly capacity: number }
  /** Kept for ever; the source ends after so many. */
  | { readonly kind: 'fills'; readonly capacity: number }
  /** Kept; each takes the place of one that was there before anything was sampled. */
  | { readonly kind: 'replaces' };

export interface Source {
  /** Calls that lead to it, outermost first: `name file:line`, or `name` alone for a function of the runtime. */
  readonly calls: readonly string[];
  /** Share of all samples that are made here. */
  readonly share: number;
  readonly fate: Fate;
  /** Part of the run in which it is at work; default all of it. */
  readonly from?: number;
  readonly to?: number;
  /** It is at work between two polls of so many only. Default: 1. */
  readonly every?: number;
  /** Each sample is made under another function, as by a compiler that warms up, or by a script of its own, as by a loader of plug-ins. */
  readonly scattered?: 'functions' | 'scripts';
}

export interface ProgramShape {
  readonly sources: readonly Source[];
  readonly polls?: number;
  /** Samples taken between two polls; a function of the poll, for load that changes. Default 60. */
  readonly load?: (poll: number) => number;
  /** What was there before. Default 32. */
  readonly heapMb?: number;
  readonly gapMs?: number;
  readonly seed?: number;
}

export const intervalBytes: number = 32 * 1024;

/** Functions and stacks, each once. */
class Places {
  readonly functions: SampledFunction[] = [];
  readonly stacks: SampledStack[] = [];
  readonly #known = new Map<string, number>();

  stackOf(calls: readonly string[]): number {
    return calls.reduce((parent, call) => this.#stack(parent, this.#function(call)), -1);
  }

  #function(call: string): number {
    return this.#once(`f ${call}`, this.functions, () => {
      const [name = '', place] = call.split(' ');
      const [url = '', line, column = '3'] = place?.split(':') ?? [];
      return { name, url: place === undefined ? '' : `file:///app/${url}`, line: Number(line ?? 0), column: Number(column) };
    });
  }

  #stack(parent: number, frame: number): number {
    return this.#once(`s ${parent} ${frame}`, this.stacks, () => ({ parent, frame }));
  }

  #once<T>(key: string, list: T[], make: () => T): number {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#known.set(key, list.length);
    list.push(make());
    return list.length - 1;
  }
}

/** What one source holds. */
class Holder {
  readonly source: Source;
  readonly #order: number[] = [];
  #due = 0;
  count = 0;

  constructor(source: Source) {
    this.source = source;
  }

  isAtWork(done: number, poll: number): boolean {
    const { from = 0, to = 1, every = 1, fate } = this.source;
    return done >= from && done < to && poll % every === 0 && !(fate.kind === 'fills' && this.count >= fate.capacity);
  }

  /** The ordinal at which a sample born now is released, if that is known yet; others are let go of by the sample born now. */
  add(ordinal: number, release: (ordinal: number) => void): number {
    const { fate } = this.source;
    this.count += 1;
    if (fate.kind === 'ttl') return ordinal + fate.samples;
    if (fate.kind === 'batch') return Math.ceil((ordinal + 1) / fate.samples) * fate.samples;
    if (fate.kind === 'line') this.#serve(ordinal, fate.taken, release);
    if (fate.kind !== 'cache') return Infinity;
    this.#order.push(ordinal);
    if (this.#order.length > fate.capacity) release(this.#order.shift() ?? 0);
    return Infinity;
  }

  #serve(ordinal: number, taken: number, release: (ordinal: number) => void): void {
    this.#due += taken;
    for (; this.#due >= 1 && this.#order.length > 0; this.#due -= 1) release(this.#order.shift() ?? 0);
    if (this.#order.length === 0) this.#due = 0;
    this.#order.push(ordinal);
  }
}

/** One run of a program, poll by poll. */
export function sampled({
  sources,
  polls = 20,
  load = () => 60,
  gapMs = 2_000,
  seed = 1,
  heapMb = 32,
}: ProgramShape): SurvivorSeries {
  const random = randomNumbers(seed);
  const places = new Places();
  const holders = sources.map((source) => new Holder(source));
  const dueAt = new Map<number, number>();
  const known = new Set<number>();
  let ordinal = 0;
  let replaced = 0;
  const made = Array.from({ length: polls }, (_, poll): SurvivorPoll => {
    const born = new Map<number, Survivor>();
    const died: number[] = [];
    const release = (old: number): void => {
      if (!born.delete(old) && known.delete(old)) died.push(old);
      dueAt.delete(old);
    };
    for (let count = load(poll); count > 0; count -= 1) {
      ordinal += 1;
      const holder = pick(holders, random(), poll, polls);
      if (holder === undefined || holder.source.fate.kind === 'garbage') continue;
      if (holder.source.fate.kind === 'replaces') replaced += 1;
      const due = holder.add(ordinal, release);
      const calls = [...holder.source.calls, ...scattered(holder.source, ordinal)];
      born.set(ordinal, { stack: places.stackOf(calls), ordinal, bytes: intervalBytes + 64 });
      if (due < Infinity) dueAt.set(ordinal, due);
    }
    for (const [old, due] of dueAt) if (due <= ordinal) release(old);
    for (const each of born.keys()) known.add(each);
    const heapUsedBytes = heapMb * 1_048_576 + (known.size - replaced) * (intervalBytes + 64);
    return { tMs: (poll + 1) * gapMs, clock: ordinal, heapUsedBytes, externalBytes: 0, born: [...born.values()], died };
  });
  return { intervalBytes, functions: places.functions, stacks: places.stacks, polls: made };
}

function scattered({ scattered: over }: Source, ordinal: number): readonly string[] {
  if (over === 'scripts') return [` plug-in-${ordinal}.js:1:1`];
  return over === 'functions' ? [`f${ordinal} gen.js:${ordinal}`] : [];
}

function pick(holders: readonly Holder[], chance: number, poll: number, polls: number): Holder | undefined {
  let left = chance;
  for (const holder of holders) {
    left -= holder.source.share;
    if (left < 0) return holder.isAtWork(poll / polls, poll) ? holder : undefined;
  }
  return undefined;
}

export const server: readonly string[] = ['emit', 'handle server.js:4'];

export function leakAt(calls: readonly string[], share = 0.2): Source {
  return { calls: [...server, ...calls], share, fate: { kind: 'forever' } };
}
