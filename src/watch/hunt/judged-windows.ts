import type { SurvivorFinding, SurvivorLevel } from '../../leak/index.ts';
import { judgeSurvivors } from '../../leak/index.ts';
import type { SurvivorSeries } from '../../leak/survivors.ts';
import type { WatchedProcess } from '../assemble/process-group.ts';
import type { ThreadData } from '../data/thread-data.ts';

/** A thread of a process. */
export interface ThreadOf {
  readonly process: WatchedProcess;
  readonly thread: ThreadData;
}

/** A finding in the samples of one thread, with the series that its indices belong to. */
export interface SampledFinding extends ThreadOf {
  readonly series: Pick<SurvivorSeries, 'functions'>;
  readonly finding: SurvivorFinding;
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

/**
 * What the sampling windows of a thread say: each is judged by itself, for samples of one say nothing of another's. Of a function that several name,
 * the latest counts; functions have the same index in all windows of a thread.
 */
export function judgeWindows({ process, thread }: ThreadOf): readonly SampledFinding[] {
  const windows: Judged[] = thread.survivors.windows.map(({ series }) => ({ series, ...judgeSurvivors(series) }));
  const found = new Map<number, SampledFinding>();
  for (let at = windows.length - 1; at >= 0; at -= 1) {
    const window = windows[at];
    for (const finding of window?.findings ?? []) {
      if (window === undefined || found.has(finding.frame)) continue;
      found.set(finding.frame, { process, thread, series: window.series, finding: unconfirmed(finding, windows.slice(at + 1)) });
    }
  }
  return [...found.values()];
}
