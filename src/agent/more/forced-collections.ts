import type * as V8 from 'node:v8';
import type * as Vm from 'node:vm';
import type { Agent } from '../agent.ts';
import type { AgentOptions } from './options.ts';
import { createPace } from './pace.ts';

const share = 0.01;
const leastGapMs = 2000;
/** A collection that takes longer than this is felt by the program's users: then they are rarer. */
const longMs = 50;
const gapWhenLongMs = 5000;
const idleGapMs = 10_000;
/** A heap that moved less than this since the last collection is not collected again before `idleGapMs`. */
const idleBytes = 131_072;
const megabyte = 1_048_576;
/** Before anything was measured. */
const assumedMsPerMb = 0.8;
const forgetting = 0.9;
/** Below this size the pause is not one of the heap's. */
const leastMb = 32;

/** V8's collector, taken without leaving a `gc` behind in contexts that the program makes. */
export function takeCollector(): (() => void) | null {
  const v8 = require('v8') as typeof V8;
  const vm = require('vm') as typeof Vm;
  const hadIt = typeof (globalThis as { gc?: unknown }).gc === 'function';
  try {
    v8.setFlagsFromString('--expose-gc');
    const collect: unknown = vm.runInNewContext('gc');
    return typeof collect === 'function' ? () => void collect() : null;
  } catch {
    return null;
  } finally {
    if (!hadIt) v8.setFlagsFromString('--no-expose-gc');
  }
}

/**
 * Forces a full collection when one is due: at most 1 % of the time, rarer where each takes longer than 50 ms, none that
 * is expected to take longer than the limit, none while nothing happens. Answers the function to call on each tick.
 */
export function forceCollections(agent: Agent, options: AgentOptions): () => void {
  if (!options.gc || options.mode === 'light') return () => undefined;
  const pace = createPace(share, leastGapMs, leastGapMs);
  let collector: (() => void) | null | undefined;
  let msPerMb = assumedMsPerMb;
  let lastBytes = 0;
  let lastMs = 0;
  let told = false;
  let toldRarer = false;

  function isIdle(bytes: number, nowMs: number): boolean {
    return Math.abs(bytes - lastBytes) < idleBytes && nowMs - lastMs < idleGapMs;
  }

  function isTooLong(bytes: number): boolean {
    const expectedMs = (bytes / megabyte) * msPerMb;
    if (expectedMs <= options.maxPauseMs) return false;
    if (!told)
      agent.recorder.note(
        'skipped',
        `collections were not forced above ${Math.round(options.maxPauseMs / msPerMb)} MB of heap: each would take more than ${options.maxPauseMs} ms`,
      );
    told = true;
    // What was measured on a busy machine is forgotten again, in some checks, down to the usual.
    msPerMb = Math.max(Math.min(msPerMb, assumedMsPerMb), msPerMb * forgetting);
    pace.notBefore(agent.clock.elapsed() + leastGapMs);
    return true;
  }

  function collect(run: () => void, bytes: number): void {
    const from = agent.clock.monotonic();
    run();
    const pauseMs = agent.clock.monotonic() - from;
    const memory = agent.natives.memoryUsage();
    const now = agent.clock.elapsed();
    agent.recorder.add(['g', now, 'f', Math.round(pauseMs * 1e3), memory.heapUsed, memory.external]);
    msPerMb = Math.max(0.02, (msPerMb + pauseMs / Math.max(leastMb, bytes / megabyte)) / 2);
    lastBytes = memory.heapUsed;
    lastMs = now;
    pace.took(now, pauseMs);
    if (pauseMs > longMs) beRarer(now, bytes);
  }

  function beRarer(now: number, bytes: number): void {
    pace.notBefore(now + gapWhenLongMs);
    // A single long one is the machine's, not the heap's.
    if ((bytes / megabyte) * msPerMb <= longMs || toldRarer) return;
    toldRarer = true;
    agent.recorder.note(
      'skipped',
      `collections were forced more rarely above ${Math.round(longMs / msPerMb)} MB of heap: each takes more than ${longMs} ms`,
    );
  }

  return () => {
    const now = agent.clock.elapsed();
    if (!pace.due(now)) return;
    const { heapUsed } = agent.natives.memoryUsage();
    if (isIdle(heapUsed, now) || isTooLong(heapUsed)) return;
    collector ??= takeCollector();
    if (collector) collect(collector, heapUsed);
    else {
      agent.recorder.note('skipped', 'collections cannot be forced in this program');
      pace.notBefore(Number.POSITIVE_INFINITY);
    }
  };
}
