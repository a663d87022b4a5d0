import type * as Inspector from 'node:inspector';
import { fileURLToPath } from 'node:url';
import { GCProfiler } from 'node:v8';
import type { Clock } from '../../kernel/clock/index.ts';
import { takeCollector } from '../../kernel/collector.ts';
import { WatertightError } from '../../kernel/errors.ts';
import type { Bytes } from '../../kernel/units.ts';
import { collectGarbage } from '../../memory/index.ts';
import { Stacks, createMarking, startHeapSampler } from '../../profile/sampling/index.ts';
import type { HeapSampler, Marking, PollCost, PollFailure, Preparation } from '../../profile/sampling/index.ts';
import type { PackedPoll } from './packed-poll.ts';

export interface ThreadSamplerOptions {
  readonly clock: Clock;
  readonly intervalBytes: Bytes;
}

/** Folders of this package that work while a thread is watched; runners name a script by its path or its URL. */
const own: readonly string[] = ['testing/', 'leak/', 'profile/', 'memory/', 'kernel/'].flatMap((folder) => {
  const url = new URL(`../../${folder}`, import.meta.url);
  return [url.href, fileURLToPath(url)];
});

/** What these allocate is no evidence. */
function isOwn(url: string): boolean {
  return own.some((folder) => url.startsWith(folder));
}

/** A Node without an inspector throws when asked for it. */
function inspector(): Pick<typeof Inspector, 'Session'> {
  try {
    return process.getBuiltinModule('node:inspector');
  } catch (cause) {
    throw new WatertightError('WT_NOT_AVAILABLE', 'this Node has no inspector: allocations cannot be sampled', { cause });
  }
}

/** Threads of a busy process that have nothing to do with a poll are counted in its processor time: no more than this many. */
const mostThreads = 2;

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function measure(clock: Clock): () => PollCost {
  const [from, cpuFrom] = [clock.monotonic(), cpuMs()];
  return () => {
    const pauseMs = clock.monotonic() - from;
    return { pauseMs, costMs: Math.min(cpuMs() - cpuFrom, Math.max(pauseMs, 1) * mostThreads) };
  };
}

/** V8's heap sampler in this thread, whose polls bring along what is new in them. Beside somebody who samples already, theirs are read. */
export class ThreadSampler implements Disposable {
  readonly #sampler: HeapSampler;
  readonly #places: Stacks = new Stacks(isOwn);
  readonly #marking: Marking | null;

  /** Begins. Throws WT_NOT_AVAILABLE. */
  constructor({ clock, intervalBytes }: ThreadSamplerOptions) {
    const collect = takeCollector();
    this.#marking = collect && createMarking(collect);
    this.#sampler = startHeapSampler({
      inspector: inspector(),
      GCProfiler,
      intervalBytes,
      places: this.#places,
      measure: () => measure(clock),
      memoryUsage: () => process.memoryUsage(),
      collect: () => void collectGarbage(),
    });
  }

  /** Of a neighbour's an estimate; 0 when it cannot be told yet. */
  get intervalBytes(): Bytes {
    return this.#sampler.intervalBytes;
  }

  /** Collects the whole heap and tells which samples live. */
  poll(): PackedPoll | PollFailure {
    this.#sampler.tidy();
    const poll = this.#sampler.poll(this.#sampler.whose === 'own' ? this.#preparation() : undefined);
    if (typeof poll === 'string') return poll;
    const { clock, heapUsedBytes, externalBytes, cost } = poll;
    const [born, died] = [Float64Array.from(poll.born), Float64Array.from(poll.died)];
    const [functions, stacks] = [this.#places.takeFunctions(), this.#places.take()];
    return { clock, heapUsedBytes, externalBytes, cost, functions, stacks, born, died };
  }

  #preparation(): Preparation | undefined {
    return this.#marking?.inPlace(process.memoryUsage().heapUsed);
  }

  [Symbol.dispose](): void {
    this.#sampler[Symbol.dispose]();
  }
}
