import type { ProcessInfo, ThreadInfo } from '../../wire/index.ts';
import type { ThreadData } from '../data/thread-data.ts';
import type { ProcessEnd } from './process-end.ts';
import type { WatchedProcess } from './process-group.ts';

/** Samples come once a second; when several are missing the thread was busy, stopped or starved. */
const gapMs = 5_000;

function gapsOf(thread: ThreadData, offsetMs: number): ThreadInfo['gaps'] {
  const gaps: { fromMs: number; toMs: number; why: string }[] = [];
  // Thinned series have holes of their own: the gap is judged only while every sample is still there.
  const samples = thread.samples.entries;
  if (samples.length * 1_000 < thread.lastMs / 4) return [];
  for (const [index, sample] of samples.entries()) {
    const before = samples[index - 1];
    if (before === undefined || sample[1] - before[1] < gapMs || thread.lastMs / samples.length > 1_900) continue;
    gaps.push({
      fromMs: Math.round(before[1] + offsetMs),
      toMs: Math.round(sample[1] + offsetMs),
      why: 'no samples: the thread was busy or stopped',
    });
  }
  return gaps.slice(0, 100);
}

/** A process as the report tells it. `offsetMs` turns times of the run's clock into times since its start. */
export function processInfo(process: WatchedProcess, end: ProcessEnd, startedAtMs: number): ProcessInfo {
  const { header } = process.main;
  const cpuUs = Math.max(0, ...process.threads.map((thread) => thread.samples.last?.[8] ?? 0));
  return {
    key: process.key,
    pid: process.pid,
    parent: process.parent,
    role: process.role,
    command: header.argv,
    node: header.node,
    end: { kind: end.kind, code: end.code, signal: end.signal },
    peakRssBytes: process.peakRssBytes === 0 ? null : process.peakRssBytes,
    cpuMs: cpuUs === 0 ? null : Math.round(cpuUs / 1000),
    threads: process.threads.map((thread) => ({
      id: thread.header.tid,
      kind: thread.header.thread,
      name: thread.header.name,
      gaps: gapsOf(thread, thread.header.t0 - startedAtMs),
    })),
  };
}
