import type { Cost } from '../../wire/index.ts';
import { isOfBuffers } from '../data/survivor-data.ts';
import type { ThreadData } from '../data/thread-data.ts';
import type { WatchedProcess } from './process-group.ts';
import type { RunData } from './run-data.ts';

function skipped(data: RunData, processes: readonly WatchedProcess[]): Cost['skipped'] {
  const unread = data.unreadable.map(({ file, why }) => ({ what: `data file ${file}`, why }));
  const noted = processes.flatMap((process) =>
    process.threads.flatMap((thread) =>
      thread.notes
        .filter((note) => note[2] !== 'gap')
        .map((note) => ({ what: `${note[2]} in process ${process.pid}`, why: note[3] })),
    ),
  );
  const full = processes.flatMap((process) =>
    process.threads.flatMap((thread) =>
      thread.rows.refused > 0
        ? [{ what: `${thread.rows.refused} handles of process ${process.pid}`, why: 'more were open than rows are kept' }]
        : [],
    ),
  );
  return [...unread, ...noted, ...full];
}

const maxWindows = 200;

/** When allocations were sampled, in time since the start of the run. One that was not ended went on as long as its thread. Buffers are sampled only meanwhile. */
function samplingWindows(data: RunData, threads: readonly ThreadData[]): Cost['samplingWindows'] {
  const windows = threads.flatMap((thread) => {
    const offsetMs = thread.header.t0 - data.run.startedAtMs;
    const ofHeap = thread.survivors.windows.filter((window) => !isOfBuffers(window));
    return ofHeap.map(({ fromMs, toMs, why }) => ({
      fromMs: Math.max(0, Math.round(fromMs + offsetMs)),
      toMs: Math.max(0, Math.round((toMs ?? thread.lastMs) + offsetMs)),
      why,
    }));
  });
  return windows.toSorted((a, b) => a.fromMs - b.fromMs).slice(0, maxWindows);
}

/** What watching cost: our own callbacks in the program, forced collections among them, and the supervisor beside it. What sampling adds to each allocation cannot be seen from inside. */
export function costOf(data: RunData, processes: readonly WatchedProcess[]): Cost {
  const threads = processes.flatMap((process) => process.threads);
  const lifeMs = Math.max(0, ...threads.map((thread) => thread.lastMs));
  // Forced collections and polls are among them.
  const selfUs = threads.reduce((sum, thread) => sum + (thread.samples.last?.[9] ?? 0), 0);
  const longestUs = Math.max(0, ...threads.map((thread) => thread.forced.longestUs));
  return {
    cpuShare: lifeMs > 0 ? Math.min(1, (selfUs / 1000 + (data.supervisor?.cpuMs ?? 0)) / lifeMs) : null,
    rssBytes: data.supervisor?.rssBytes ?? null,
    longestPauseMs: longestUs > 0 ? Math.round(longestUs / 100) / 10 : null,
    forcedCollections: threads.reduce((sum, thread) => sum + thread.forced.count, 0),
    samplingWindows: samplingWindows(data, threads),
    skipped: skipped(data, processes),
  };
}
