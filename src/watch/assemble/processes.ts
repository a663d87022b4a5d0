import type { ProcessInfo, ThreadInfo } from '../../wire/index.ts';
import type { ThreadData } from '../data/thread-data.ts';
import type { ProcessEnd } from './process-end.ts';
import type { WatchedProcess } from './process-group.ts';

const maxGaps = 100;

/** When the thread stood still or was busy for so long that samples are missing, as its agent noted afterwards. */
function gapsOf(thread: ThreadData, offsetMs: number): ThreadInfo['gaps'] {
  const notes = thread.notes.filter((note) => note[2] === 'gap').slice(0, maxGaps);
  return notes.map(([, tMs, , why]) => {
    const lastedMs = Number(/for (\d+) s/.exec(why)?.[1] ?? 0) * 1000;
    return { fromMs: Math.max(0, Math.round(tMs - lastedMs + offsetMs)), toMs: Math.max(0, Math.round(tMs + offsetMs)), why };
  });
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
