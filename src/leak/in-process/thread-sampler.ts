import type * as Inspector from 'node:inspector';
import { fileURLToPath } from 'node:url';
import { GCProfiler } from 'node:v8';
import type { Clock } from '../../kernel/clock/index.ts';
import { WatertightError } from '../../kernel/errors.ts';
import type { Bytes } from '../../kernel/units.ts';
import { collectGarbage } from '../../memory/index.ts';
import { Stacks, startHeapSampler } from '../../profile/sampling/index.ts';
import type { HeapPoll, HeapSampler, NewFunction, NewStack, PollCost, PollFailure } from '../../profile/sampling/index.ts';

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

/** What a poll found, with the functions and stacks that it is the first to name. */
export interface ThreadPoll extends HeapPoll {
  readonly functions: readonly NewFunction[];
  readonly stacks: readonly NewStack[];
}

/** A heap sampler of this thread whose polls tell all that is needed to read them. */
export class ThreadSampler implements Disposable {
  readonly #places: Stacks = new Stacks(isOwn);
  readonly #sampler: HeapSampler;

  /** Beside somebody who samples already, theirs are read. Throws WT_NOT_AVAILABLE. */
  constructor({ clock, intervalBytes }: ThreadSamplerOptions) {
    this.#sampler = startHeapSampler({
      inspector: inspector(),
      GCProfiler,
      intervalBytes,
      places: this.#places,
      measure: () => measureFrom(clock),
      memoryUsage: () => process.memoryUsage(),
      collect: () => void collectGarbage(),
    });
  }

  /** Of a neighbour's an estimate; 0 when it cannot be told yet. */
  get intervalBytes(): Bytes {
    return this.#sampler.intervalBytes;
  }

  /** Collects the whole heap and tells which samples live. */
  poll(): ThreadPoll | PollFailure {
    const poll = this.#sampler.poll();
    if (typeof poll === 'string') return poll;
    return { ...poll, functions: this.#places.takeFunctions(), stacks: this.#places.take() };
  }

  tidy(): void {
    this.#sampler.tidy();
  }

  [Symbol.dispose](): void {
    this.#sampler[Symbol.dispose]();
  }
}

function measureFrom(clock: Clock): () => PollCost {
  const fromMs = clock.monotonic();
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return { pauseMs: clock.monotonic() - fromMs, costMs: (user + system) / 1000 };
  };
}
