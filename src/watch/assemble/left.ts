import { dirname } from 'node:path';
import type { Left } from '../../wire/index.ts';
import type { SiteTable } from '../sites/site-table.ts';
import type { WatchedProcess } from './process-group.ts';
import type { RunData } from './run-data.ts';

/** Without what lies in a folder that is left itself: the folder says it. */
function outermost(left: readonly Left[]): readonly Left[] {
  const paths = new Set(left.map(({ what }) => what));
  return left.filter(({ what }) => {
    for (let folder = dirname(what); folder !== dirname(folder); folder = dirname(folder)) if (paths.has(folder)) return false;
    return true;
  });
}

function leftTemp(data: RunData, processes: readonly WatchedProcess[], sites: SiteTable): readonly Left[] {
  const left: Left[] = [];
  for (const process of processes) {
    if (data.running.has(process.key)) continue;
    for (const thread of process.threads) {
      for (const row of thread.rows.all()) {
        if (row.type !== 'temp' || !data.stillThere(row.detail)) continue;
        left.push({
          kind: 'temp',
          what: row.detail,
          proof: `made by process ${process.pid} in this run`,
          removed: false,
          site: sites.of(thread, row.site),
        });
      }
    }
  }
  return outermost(left);
}

/** Where the run started a process: the site of its row, if one of the watched processes made it. */
function siteOfChild(pid: number, processes: readonly WatchedProcess[], sites: SiteTable): number | null {
  for (const process of processes) {
    for (const thread of process.threads) {
      for (const row of thread.rows.all()) {
        if (row.type === 'process' && new RegExp(`\\bpid ${pid}\\b`).test(row.detail)) return sites.of(thread, row.site);
      }
    }
  }
  return null;
}

/** What the program left behind. Temporary files are only named: nobody registered them, so nobody may delete them. */
export function leftOf(data: RunData, processes: readonly WatchedProcess[], sites: SiteTable): readonly Left[] {
  const left = data.leftProcesses.map((found): Left => ({
    kind: 'process',
    what: `${found.what} (pid ${found.pid})`,
    proof: found.proof,
    removed: found.removed,
    site: siteOfChild(found.pid, processes, sites),
  }));
  return [...left, ...leftTemp(data, processes, sites)];
}
