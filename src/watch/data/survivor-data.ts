import type { SampledFunction, SampledStack, Survivor, SurvivorPoll, SurvivorSeries } from '../../leak/survivors.ts';
import type { FunctionRecord, MappedFunctionRecord, PollRecord, StackRecord, WindowRecord } from '../../wire/index.ts';
import { foldPolls } from '../../wire/index.ts';

/** What a thread's heap sampler told in one window. */
export interface SamplingWindow {
  readonly window: number;
  readonly why: string;
  readonly fromMs: number;
  /** Null while it goes on, or when the thread ended with it. */
  readonly toMs: number | null;
  /** Why it ended. */
  readonly ended: string | null;
  readonly series: SurvivorSeries;
}

/** Lines and columns from 1. */
export interface MappedPlace {
  readonly source: string;
  readonly line: number;
  readonly column: number;
}

interface OpenWindow {
  readonly window: number;
  readonly why: string;
  readonly fromMs: number;
  intervalBytes: number;
  toMs: number | null;
  ended: string | null;
  polls: PollRecord[];
  /** Made when asked for; undefined once a poll came after it. */
  series: SurvivorSeries | undefined;
}

const maxPolls = 120;
const maxWindows = 30;
const maxFunctions = 100_000;
const maxStacks = 200_000;

/** The sampled allocations of one thread, by window. Bounded: of a long window the older polls are folded, of many windows the oldest go. */
export class SurvivorData {
  readonly #functions: SampledFunction[] = [];
  /** The thread's number of a function to ours: code that is loaded again gets new numbers there. */
  readonly #functionOf = new Map<number, number>();
  readonly #byPlace = new Map<string, number>();
  readonly #mapped = new Map<SampledFunction, MappedPlace>();
  readonly #stacks: SampledStack[] = [];
  /** 0 is the stack without a function. */
  readonly #stackOf = new Map<number, number>([[0, -1]]);
  readonly #byCall = new Map<string, number>();
  #windows: OpenWindow[] = [];

  get windows(): readonly SamplingWindow[] {
    return this.#windows.map((window) => {
      const { window: number, why, fromMs, toMs, ended } = window;
      const seriesOf = (): SurvivorSeries => this.#seriesOf(window);
      return {
        window: number,
        why,
        fromMs,
        toMs,
        ended,
        get series() {
          return seriesOf();
        },
      };
    });
  }

  applyFunction([, id, name, url, line, column]: FunctionRecord): void {
    const place = `${url}:${line}:${column}:${name}${url === 'eval' ? id : ''}`;
    const known = this.#byPlace.get(place) ?? this.#functions.length;
    if (known >= maxFunctions) return;
    if (known === this.#functions.length) {
      this.#byPlace.set(place, known);
      this.#functions.push({ name, url, line, column });
    }
    this.#functionOf.set(id, known);
  }

  applyMapped([, id, source, line, column]: MappedFunctionRecord): void {
    const known = this.#functions[this.#functionOf.get(id) ?? -1];
    if (known !== undefined) this.#mapped.set(known, { source, line, column });
  }

  /** Where a function of these series begins in its source, as the program's own source maps say; `undefined` where they say nothing. */
  mappedPlace(sampled: SampledFunction): MappedPlace | undefined {
    return this.#mapped.get(sampled);
  }

  applyStack([, id, parentId, functionId]: StackRecord): void {
    const frame = this.#functionOf.get(functionId);
    const parent = this.#stackOf.get(parentId);
    if (frame === undefined || parent === undefined) return;
    const call = `${parent}:${frame}`;
    const known = this.#byCall.get(call) ?? this.#stacks.length;
    if (known >= maxStacks) return;
    if (known === this.#stacks.length) {
      this.#byCall.set(call, known);
      this.#stacks.push({ parent, frame });
    }
    this.#stackOf.set(id, known);
  }

  applyWindow([, tMs, what, number, intervalBytes, why]: WindowRecord): void {
    const known = this.#windows.find(({ window }) => window === number);
    if (known === undefined) {
      if (what === 'start') this.#open({ window: number, why, fromMs: tMs, intervalBytes });
      return;
    }
    known.intervalBytes = intervalBytes;
    known.series = undefined;
    if (what !== 'stop') return;
    known.toMs = tMs;
    known.ended = why;
  }

  applyPoll(record: PollRecord): void {
    const window = this.#windows.find((candidate) => candidate.window === record[2]);
    if (window === undefined) return;
    if (window.polls.length >= maxPolls) window.polls = foldOlderHalf(window.polls);
    window.polls.push(record);
    window.series = undefined;
  }

  #open(start: Pick<OpenWindow, 'window' | 'why' | 'fromMs' | 'intervalBytes'>): void {
    this.#windows = this.#windows.slice(-(maxWindows - 1));
    this.#windows.push({ ...start, toMs: null, ended: null, polls: [], series: undefined });
  }

  #seriesOf(window: OpenWindow): SurvivorSeries {
    window.series ??= {
      intervalBytes: window.intervalBytes,
      functions: this.#functions,
      stacks: this.#stacks,
      polls: window.polls.map((record) => this.#pollOf(record, isOfBuffers(window))),
    };
    return window.series;
  }

  #pollOf([, tMs, , clock, heapBytes, externalBytes, , flat, died]: PollRecord, ofBuffers: boolean): SurvivorPoll {
    const born: Survivor[] = [];
    for (let at = 0; at + 2 < flat.length; at += 3) {
      const stack = this.#stackOf.get(flat[at] ?? 0);
      if (stack !== undefined) born.push({ stack, ordinal: flat[at + 1] ?? 0, bytes: flat[at + 2] ?? 0 });
    }
    return { tMs, clock, heapUsedBytes: ofBuffers ? externalBytes : heapBytes, externalBytes, born, died };
  }
}

/** Samples of buffers come in windows of their own, beside those of the heap. */
export function isOfBuffers({ why }: Pick<SamplingWindow, 'why'>): boolean {
  return why === 'buffers';
}

/** Two become one in the older half: what is recent keeps its resolution. */
function foldOlderHalf(polls: readonly PollRecord[]): PollRecord[] {
  const half = Math.floor(polls.length / 4) * 2;
  const folded: PollRecord[] = [];
  for (let at = 0; at < half; at += 2) {
    const [earlier, later] = [polls[at], polls[at + 1]];
    if (earlier !== undefined && later !== undefined) folded.push(foldPolls(earlier, later));
  }
  return [...folded, ...polls.slice(half)];
}
