import type { CallFrame } from '../../profile/sampling/index.ts';
import { splitPoll } from '../../wire/fold-polls.ts';
import type { PollRecord } from '../../wire/records.ts';
import type { Agent } from '../agent.ts';
import { nameOf, readStack, urlOf } from '../sites.ts';
import type { Allocation } from './allocators.ts';
import { watchAllocators } from './allocators.ts';
import type { Places } from './places.ts';

/** Mean of bytes between two samples, at first. */
const firstIntervalBytes = 64 * 1024;
/** Stacks may take this share of the time, and so much at once; above it the interval is longer. One takes 0.03 to 0.1 ms. */
const share = 0.01;
const burstMs = 10;
/** What took longer waited for the machine or a collection: it says nothing of what the next ones take. */
const longestMs = 0.5;
/** After so long the pace is known, before anything of the window is written. */
const firstLookMs = 1000;
const depth = 16;
/** Samples that live; together they stand for a gigabyte. */
const maxLiving = 16_384;

interface Sample {
  readonly stack: number;
  readonly ordinal: number;
  readonly bytes: number;
  readonly holder: WeakRef<object>;
}

/** Samples of memory outside of the heap, taken by bytes as V8 takes those of its heap, in windows of their own. */
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

/** The places of calls as functions of a profile, outermost first; the last is what they called, one of the runtime. */
function callsOf(frames: readonly NodeJS.CallSite[], name: string): readonly CallFrame[] {
  const calls = frames.toReversed().map((frame) => ({
    functionName: nameOf(frame),
    scriptId: null,
    url: urlOf(frame),
    lineNumber: (frame.getLineNumber() ?? 0) - 1,
    columnNumber: (frame.getColumnNumber() ?? 0) - 1,
  }));
  return [...calls, { functionName: name, scriptId: '0', url: '', lineNumber: -1, columnNumber: -1 }];
}

// oxlint-disable-next-line max-lines-per-function -- a factory of small functions that share their state
export function sampleBuffers(agent: Agent, places: Places, nextWindow: () => number): BufferSamples {
  const { clock, recorder, natives } = agent;
  let isOpen = false;
  /** Its number; 0 until it is written: a program without buffers has none. */
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

  function isDue(bytes: number): boolean {
    if (!isOpen) return false;
    credit -= bytes;
    return credit <= 0;
  }

  function take({ holder, bytes, name, below }: Allocation): void {
    const from = clock.monotonic();
    credit = nextCredit();
    ordinal += 1;
    if (living.length + fresh.length < maxLiving) {
      const stack = places.stacks.intern(callsOf(readStack(below, depth), name));
      fresh.push({ stack, ordinal, bytes: weightOf(bytes, intervalBytes), holder: new WeakRef(holder) });
    } else recorder.note('skipped', `more than ${maxLiving} sampled buffers live: later ones have no line`);
    spentMs += Math.min(clock.monotonic() - from, longestMs);
    clock.charge(from);
    const ms = clock.elapsed() - sinceMs;
    if (window === 0 && ms >= firstLookMs && spentMs > ms * share) beCheaper(spentMs / (ms * share));
  }

  function open(): void {
    isOpen = true;
    credit = nextCredit();
    ordinal = 0;
    spentMs = 0;
    sinceMs = clock.elapsed();
  }

  function end(why: string): void {
    if (window > 0) recorder.add(['w', clock.elapsed(), 'stop', window, intervalBytes, why]);
    isOpen = false;
    window = 0;
    fresh = [];
    living = [];
  }

  /** Samples of another interval are another window's. */
  function beCheaper(times: number): void {
    end('too many: sampled more rarely from here on');
    intervalBytes *= 2 ** Math.ceil(Math.log2(times) + 0.5);
    open();
  }

  function record(born: readonly Sample[], died: readonly number[]): void {
    if (window === 0) {
      if (ordinal === 0) return;
      window = nextWindow();
      recorder.add(['w', sinceMs, 'start', window, intervalBytes, 'buffers']);
    }
    places.define();
    const { heapUsed, external, arrayBuffers } = natives.memoryUsage();
    const flat = born.flatMap((sample) => [sample.stack, sample.ordinal, sample.bytes]);
    // V8 does not know of array buffers that are shared, Node does.
    const outside = Math.max(external, arrayBuffers);
    const poll: PollRecord = ['p', clock.elapsed(), window, ordinal, heapUsed, outside, 0, flat, died];
    for (const part of splitPoll(poll)) recorder.add(part);
  }

  return {
    end,
    begin() {
      if (isOpen) return;
      if (!isPatched) watchAllocators(agent, isDue, take);
      isPatched = true;
      open();
    },
    poll() {
      if (!isOpen) return;
      const kept = living.filter(({ holder }) => holder.deref() !== undefined);
      const keptOrdinals = new Set(kept.map((sample) => sample.ordinal));
      const died = living.flatMap((sample) => (keptOrdinals.has(sample.ordinal) ? [] : sample.ordinal));
      const born = fresh.filter(({ holder, stack }) => stack > 0 && holder.deref() !== undefined);
      fresh = [];
      living = kept.concat(born);
      record(born, died);
      const times = spentMs / (burstMs + (clock.elapsed() - sinceMs) * share);
      if (times > 1) beCheaper(times);
    },
  };
}
