import type { CallFrame } from '../../profile/sampling/index.ts';
import { splitPoll } from '../../wire/fold-polls.ts';
import type { PollRecord } from '../../wire/records.ts';
import type { Agent } from '../agent.ts';
import type { Callable } from '../patches/wrap.ts';
import { wrap } from '../patches/wrap.ts';
import type { AnyFunction } from '../sites.ts';
import type { Places } from './places.ts';
import { nameOf, readStack, urlOf } from '../sites.ts';

/** Mean of bytes between two samples, at first. */
const firstIntervalBytes = 256 * 1024;
/** Stacks may take this share of the time; above it the interval is doubled. */
const share = 0.005;
const burstMs = 10;
const depth = 16;
/** Samples that live; together they stand for more than a gigabyte. */
const maxLiving = 4_096;

interface Sample {
  readonly stack: number;
  readonly ordinal: number;
  readonly bytes: number;
  readonly memory: WeakRef<ArrayBufferLike>;
}

/** Samples of buffers, taken by bytes as V8 takes those of its heap, in windows of their own. */
export interface BufferSamples {
  /** Begins a window, unless one is open. */
  begin(): void;
  /** Writes what lives, right after a full collection. */
  poll(): void;
  /** Ends the window and says why. */
  end(why: string): void;
}

/** Bytes that a sample stands for: the larger a buffer, the surer it is sampled. */
function weightOf(size: number, intervalBytes: number): number {
  return Math.round(size / -Math.expm1(-size / intervalBytes));
}

/** The places of calls as functions of a profile, outermost first. */
function callsOf(frames: readonly NodeJS.CallSite[]): readonly CallFrame[] {
  return frames.toReversed().map((frame) => ({
    functionName: nameOf(frame),
    scriptId: null,
    url: urlOf(frame),
    lineNumber: (frame.getLineNumber() ?? 0) - 1,
    columnNumber: (frame.getColumnNumber() ?? 0) - 1,
  }));
}

// oxlint-disable-next-line max-lines-per-function -- a factory of small functions that share their state
export function sampleBuffers(agent: Agent, places: Places, nextWindow: () => number): BufferSamples {
  const { clock, recorder, natives } = agent;
  let window = 0;
  let intervalBytes = firstIntervalBytes;
  /** Bytes until the next sample. */
  let credit = 0;
  let ordinal = 0;
  let fresh: Sample[] = [];
  let living: Sample[] = [];
  let spentMs = 0;
  let sinceMs = 0;
  let isPatched = false;

  function nextCredit(): number {
    return -Math.log(1 - Math.random()) * intervalBytes;
  }

  function take(buffer: Uint8Array, size: number, below: AnyFunction): void {
    const from = clock.monotonic();
    credit = nextCredit();
    ordinal += 1;
    if (living.length + fresh.length < maxLiving) {
      const stack = places.stacks.intern(callsOf(readStack(below, depth)));
      fresh.push({ stack, ordinal, bytes: weightOf(size, intervalBytes), memory: new WeakRef(buffer.buffer) });
    } else recorder.note('skipped', `more than ${maxLiving} sampled buffers live: later ones have no line`);
    spentMs += clock.monotonic() - from;
    clock.charge(from);
  }

  /** `whole`: what is allocated is the memory behind it, not only this part of it. */
  function watch(key: 'alloc' | 'allocUnsafe' | 'allocUnsafeSlow' | 'from', whole: boolean): void {
    wrap(Buffer, key, (original) => {
      const below: Callable = function (this: unknown) {
        const buffer = Reflect.apply(original, this, arguments) as Buffer;
        if (window > 0) {
          const size = whole ? buffer.buffer.byteLength : buffer.length;
          credit -= size;
          if (credit <= 0) agent.quietly(() => take(buffer, size, below));
        }
        return buffer;
      };
      return below;
    });
  }

  function open(): void {
    window = nextWindow();
    credit = nextCredit();
    ordinal = 0;
    spentMs = 0;
    sinceMs = clock.elapsed();
    recorder.add(['w', sinceMs, 'start', window, intervalBytes, 'buffers']);
  }

  function end(why: string): void {
    if (window === 0) return;
    recorder.add(['w', clock.elapsed(), 'stop', window, intervalBytes, why]);
    window = 0;
    fresh = [];
    living = [];
  }

  /** Samples of another interval are another window's. */
  function beCheaper(): void {
    end('too many: sampled more rarely from here on');
    intervalBytes *= 2;
    open();
  }

  function record(born: readonly Sample[], died: readonly number[]): void {
    places.define();
    const { heapUsed, external } = natives.memoryUsage();
    const flat = born.flatMap((sample) => [sample.stack, sample.ordinal, sample.bytes]);
    const poll: PollRecord = ['p', clock.elapsed(), window, ordinal, heapUsed, external, 0, flat, died];
    for (const part of splitPoll(poll)) recorder.add(part);
  }

  return {
    end,
    begin() {
      if (window > 0) return;
      if (!isPatched) {
        isPatched = true;
        watch('alloc', true);
        watch('allocUnsafeSlow', true);
        watch('allocUnsafe', false);
        watch('from', false);
      }
      open();
    },
    poll() {
      if (window === 0) return;
      const kept = living.filter(({ memory }) => memory.deref() !== undefined);
      const keptOrdinals = new Set(kept.map((sample) => sample.ordinal));
      const died = living.flatMap((sample) => (keptOrdinals.has(sample.ordinal) ? [] : sample.ordinal));
      const born = fresh.filter(({ memory, stack }) => stack > 0 && memory.deref() !== undefined);
      fresh = [];
      living = kept.concat(born);
      record(born, died);
      if (spentMs > burstMs + (clock.elapsed() - sinceMs) * share) beCheaper();
    },
  };
}
