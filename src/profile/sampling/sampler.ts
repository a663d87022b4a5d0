import type * as Inspector from 'node:inspector';
import type * as V8 from 'node:v8';
import type { Bytes, Milliseconds } from '../../kernel/units.ts';
import type { HeapSession, SamplingProfile } from './heap-session.ts';
import { openHeapSession } from './heap-session.ts';
import { estimateInterval } from './interval.ts';
import type { Change } from './living.ts';
import { Living } from './living.ts';
import { Marker } from './marker.ts';
import type { Stacks } from './stacks.ts';
import { ownStack } from './stacks.ts';

/** What a poll took. */
export interface PollCost {
  /** How long the thread stood still. */
  readonly pauseMs: Milliseconds;
  /** Processor time, of helpers too. */
  readonly costMs: Milliseconds;
}

/** What is done for a poll before it collects the whole heap. */
export interface Preparation {
  prepare(): void;
  /** How often the whole heap was collected since: twice where V8 had ended what was begun, which makes the poll as dear as without. */
  collected(times: number): void;
}

export interface HeapSamplerOptions {
  readonly inspector: Pick<typeof Inspector, 'Session'>;
  readonly GCProfiler: typeof V8.GCProfiler;
  /** Mean of allocated bytes between two samples. A neighbour's sampler keeps its own. */
  readonly intervalBytes: Bytes;
  /** Numbers of functions and stacks, the same in all samplers of a thread. */
  readonly places: Stacks;
  /** Begins to measure a poll; the function that it answers ends that. */
  readonly measure: () => () => PollCost;
  readonly memoryUsage: () => { readonly heapUsed: Bytes; readonly external: Bytes };
  /** Collects the whole heap: for a neighbour's sampler that does not do so by itself. */
  readonly collect: () => void;
}

/** What a poll found, as the change to the one before it. Stacks that are new wait in `places`. */
export interface HeapPoll {
  /** The largest number given to a sample so far: a clock that goes by allocated bytes. */
  readonly clock: number;
  /** In use right after the collection. */
  readonly heapUsedBytes: Bytes;
  readonly externalBytes: Bytes;
  readonly cost: PollCost;
  /** `stack, ordinal, bytes` of each sample that is new and lives, flat, by ordinal. The bytes are those that it stands for, not the size of the object. */
  readonly born: readonly number[];
  /** Ordinals of samples of earlier polls that live no more. */
  readonly died: readonly number[];
}

/** Why a poll has no answer: somebody ended the sampler, or ended it and started another, or it cannot be told yet. */
export type PollFailure = 'ended' | 'restarted' | 'unclear';

/** V8's heap sampler in this thread: ours, or that of a neighbour, which is only read. */
export interface HeapSampler extends Disposable {
  readonly whose: 'own' | 'neighbour';
  /** Of a neighbour's an estimate; 0 when it cannot be told yet. */
  readonly intervalBytes: Bytes;
  /** How many samples lived at the last poll. */
  readonly living: number;
  /** Whether there were too many functions or stacks to tell apart. */
  readonly isFull: boolean;
  /** False where the end of our session would end somebody else's sampler: V8 takes it for the one that we started. */
  readonly mayEnd: boolean;
  /**
   * Collects the whole heap and tells which samples live. After `restarted` the next poll is the first one of the other sampler.
   * The preparation comes first, and is part of the cost.
   */
  poll(preparation?: Preparation): HeapPoll | PollFailure;
  /** To be called about once a second: a connected inspector keeps what the program prints. */
  tidy(): void;
  /** Ends our own sampler; a neighbour's goes on. Does nothing where it may not end. */
  [Symbol.dispose](): void;
}

interface Collected {
  readonly heapUsed: Bytes;
  readonly external: Bytes;
}

interface FullCollection {
  readonly gcType: string;
  readonly afterGC: { readonly heapStatistics: { readonly usedHeapSize: number; readonly externalMemory: number } };
}

function fullCollections(seen: unknown): readonly FullCollection[] {
  const { statistics = [] } = (seen ?? {}) as { readonly statistics?: readonly FullCollection[] };
  return statistics.filter(({ gcType }) => gcType === 'MarkSweepCompact');
}

class Sampler implements HeapSampler {
  readonly #options: HeapSamplerOptions;
  readonly #session: HeapSession;
  readonly #stacks: Stacks;
  #living = new Living();
  readonly #marker = new Marker();
  /** Whether reading collects; known after the first poll. */
  #collects: boolean;
  #intervalBytes: Bytes;
  whose: 'own' | 'neighbour';
  mayEnd = true;

  constructor(options: HeapSamplerOptions, session: HeapSession, neighbour: SamplingProfile | undefined) {
    this.#options = options;
    this.#session = session;
    this.#stacks = options.places;
    this.whose = neighbour === undefined ? 'own' : 'neighbour';
    this.#collects = neighbour === undefined;
    this.#intervalBytes = neighbour === undefined ? options.intervalBytes : estimateInterval(neighbour.samples);
  }

  get intervalBytes(): Bytes {
    return this.#intervalBytes;
  }

  get living(): number {
    return this.#living.count;
  }

  get isFull(): boolean {
    return this.#stacks.isFull;
  }

  poll(preparation?: Preparation): HeapPoll | PollFailure {
    const measured = this.#options.measure();
    const { profile, after } = this.#collectAndRead(preparation);
    if (profile === undefined) return 'ended';
    if (this.#intervalBytes === 0) this.#intervalBytes = estimateInterval(profile.samples);
    const change = this.#living.compare(profile.samples);
    if (change === 'restarted') this.#takeOver();
    if (typeof change === 'string') return change;
    const born = this.#born(profile, change);
    return {
      clock: change.clock,
      heapUsedBytes: after.heapUsed,
      externalBytes: after.external,
      cost: measured(),
      born,
      died: change.died,
    };
  }

  tidy(): void {
    this.#session.forgetConsole();
  }

  [Symbol.dispose](): void {
    if (this.mayEnd) this.#session.close();
  }

  /** What runs now is somebody else's: we go on as its reader. */
  #takeOver(): void {
    if (this.whose === 'own') this.mayEnd = false;
    this.whose = 'neighbour';
    this.#living = new Living();
    this.#collects = false;
    this.#intervalBytes = 0;
  }

  #collectAndRead(preparation: Preparation | undefined): {
    readonly profile: SamplingProfile | undefined;
    readonly after: Collected;
  } {
    const { GCProfiler, collect } = this.#options;
    this.#session.forgetConsole();
    const collections = new GCProfiler();
    collections.start();
    try {
      preparation?.prepare();
      this.#marker.place();
      if (!this.#collects) collect();
      const profile = this.#session.read();
      const full = fullCollections(collections.stop());
      preparation?.collected(full.length);
      return { profile, after: this.#after(full) };
    } catch (error) {
      collections.stop();
      throw error;
    } finally {
      this.#marker.remove();
    }
  }

  /** What was in use right after the last full collection; reading makes garbage of its own. */
  #after(full: readonly FullCollection[]): Collected {
    // One of them was ours; a second one tells that reading collects as well.
    if (!this.#collects && full.length > 1) this.#collects = true;
    const last = full.at(-1)?.afterGC.heapStatistics;
    if (last === undefined) return this.#options.memoryUsage();
    return { heapUsed: last.usedHeapSize - this.#marker.bytes, external: last.externalMemory };
  }

  #born(profile: SamplingProfile, change: Change): readonly number[] {
    const { samples, head } = profile;
    const nodeIds = new Float64Array(new Set(change.born.map((index) => samples[index]?.nodeId ?? 0))).sort();
    const stackOf = new Map<number, number>();
    this.#stacks.find(head, nodeIds, (at, stack) => stackOf.set(nodeIds[at] ?? 0, stack));
    const kept: number[] = [];
    const flat: number[] = [];
    for (const index of change.born) {
      const sample = samples[index];
      const stack = sample === undefined ? ownStack : (stackOf.get(sample.nodeId) ?? 0);
      if (sample === undefined || stack === ownStack) continue;
      kept.push(index);
      flat.push(stack, sample.ordinal, sample.size);
    }
    this.#living.keep(samples, change, kept);
    return flat;
  }
}

/**
 * Starts V8's heap sampler in this thread. If somebody samples already (V8 has one sampler), theirs is read and never ended.
 * Throws where there is no inspector.
 */
export function startHeapSampler(options: HeapSamplerOptions): HeapSampler {
  const session = openHeapSession(options.inspector);
  try {
    const neighbour = session.read();
    if (neighbour === undefined) session.start(options.intervalBytes);
    return new Sampler(options, session, neighbour);
  } catch (error) {
    session.close();
    throw error;
  }
}
