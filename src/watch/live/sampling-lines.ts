import { formatDuration } from '../../kernel/format.ts';
import type { WatchedProcess } from '../assemble/process-group.ts';
import type { SamplingWindow } from '../data/survivor-data.ts';

/** A window that is open from the start to the end is no news: it stands in the report. */
const fromTheStart = 'hunt';

/** It has no end but another interval. */
const goesOn = 'goes on';

function textOf({ why, ended, fromMs, toMs }: SamplingWindow, isHunted: boolean): string | undefined {
  const what = why === 'buffers' ? 'buffers' : 'allocations';
  if (ended !== null && ended.startsWith(goesOn)) return `sampling of ${what} ${ended}`;
  if (ended !== null) return `sampling of ${what} ended after ${formatDuration((toMs ?? fromMs) - fromMs)}: ${ended}`;
  if (why === 'buffers') return isHunted ? undefined : 'sampling buffers: external memory grows';
  return why === fromTheStart ? undefined : `sampling allocations: ${why}`;
}

/** Says when watching becomes costlier, why, and when that is over: each once. */
export class SamplingLines {
  readonly #told = new Set<string>();

  /** What is new. `whose` names a process; empty where no name is needed. */
  poll(processes: readonly WatchedProcess[], whose: (process: WatchedProcess) => string): readonly string[] {
    return processes.flatMap((process) =>
      process.threads.flatMap((thread) =>
        thread.survivors.windows.flatMap((window, _at, all) => {
          const key = `${process.key} ${thread.header.tid} ${window.window} ${window.ended ?? ''}`;
          const text = this.#told.has(key) ? undefined : textOf(window, all[0]?.why === fromTheStart);
          this.#told.add(key);
          return text === undefined ? [] : `${whose(process)}${text}`;
        }),
      ),
    );
  }
}
