import type { SurvivorFinding, SurvivorLevel } from '../../leak/index.ts';
import { judgeSurvivors } from '../../leak/index.ts';
import type { SurvivorSeries } from '../../leak/survivors.ts';
import type { WatchedProcess } from '../assemble/process-group.ts';
import type { SamplingWindow } from '../data/survivor-data.ts';
import { isOfBuffers } from '../data/survivor-data.ts';
import type { ThreadData } from '../data/thread-data.ts';

/** A thread of a process. */
export interface ThreadOf {
  readonly process: WatchedProcess;
  readonly thread: ThreadData;
}

/** What was sampled: objects of V8's heap, or the memory of buffers outside of it. */
export type SampledSort = 'heap' | 'buffers';

/** A finding in the samples of one thread, with the series that its indices belong to. */
export interface SampledFinding extends ThreadOf {
  readonly sort: SampledSort;
  readonly series: Pick<SurvivorSeries, 'functions'>;
  readonly finding: SurvivorFinding;
}

/** Windows of buffers go on beside those of the heap. */
export function sortOf(window: SamplingWindow): SampledSort {
  return isOfBuffers(window) ? 'buffers' : 'heap';
}

interface Judged {
  readonly series: SurvivorSeries;
  readonly level: SurvivorLevel;
  readonly findings: readonly SurvivorFinding[];
}

/** What a later window that saw enough does not confirm stands no longer. */
function unconfirmed(finding: SurvivorFinding, later: readonly Judged[]): SurvivorFinding {
  const clear = later.find(({ level }) => level === 'clear');
  const tMs = clear?.series.polls.at(-1)?.tMs;
  if (finding.closed !== null || tMs === undefined) return finding;
  return { ...finding, closed: { tMs, why: 'it was not seen again when allocations were sampled later' } };
}

/** A later window that has not had the time to prove again what one before had proven takes nothing back. */
function isProvenBefore(finding: SurvivorFinding, later: SurvivorFinding): boolean {
  return finding.level === 'leak' && finding.closed === null && later.level === 'suspect' && later.closed === null;
}

function judgeSort({ process, thread }: ThreadOf, sort: SampledSort): readonly SampledFinding[] {
  const windows = thread.survivors.windows.filter((window) => sortOf(window) === sort);
  const judged: Judged[] = windows.map(({ series }) => ({ series, ...judgeSurvivors(series) }));
  const found = new Map<number, SampledFinding>();
  for (let at = judged.length - 1; at >= 0; at -= 1) {
    const window = judged[at];
    for (const finding of window?.findings ?? []) {
      const later = found.get(finding.frame)?.finding;
      if (window === undefined || (later !== undefined && !isProvenBefore(finding, later))) continue;
      const standing = unconfirmed(finding, judged.slice(at + 1));
      found.set(finding.frame, { process, thread, sort, series: window.series, finding: standing });
    }
  }
  return [...found.values()];
}

/**
 * What the sampling windows of a thread say: each is judged by itself, for samples of one say nothing of another's. Of a function that several of
 * a sort name, the latest counts, unless it only suspects what one before had proven; functions have the same index in all windows of a thread.
 */
export function judgeWindows(at: ThreadOf): readonly SampledFinding[] {
  return [...judgeSort(at, 'heap'), ...judgeSort(at, 'buffers')];
}
