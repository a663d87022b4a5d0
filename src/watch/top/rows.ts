import type { SampleRecord } from '../../wire/index.ts';
import { ownerKey } from '../data/thread-data.ts';
import type { ThreadData } from '../data/thread-data.ts';
import { commandText } from '../words.ts';
import type { WatchedRun } from './watched-run.ts';

/** One process in the list. */
export interface TopRow {
  readonly run: WatchedRun;
  /** `pid.start` */
  readonly key: string;
  readonly pid: number;
  readonly main: ThreadData;
  readonly threads: number;
  readonly program: string;
  readonly rssBytes: number;
  readonly heapBytes: number;
  /** 0: not known. */
  readonly heapLimitBytes: number;
  /** Share of one processor, over the last seconds; null before the second sample. */
  readonly cpuShare: number | null;
  readonly open: number;
  /** Findings that stand. */
  readonly findings: number;
  /** Our own share of one processor in the program. */
  readonly costShare: number | null;
}

export const sortKeys = ['memory', 'heap', 'cpu', 'open', 'findings', 'pid'] as const;
export type SortKey = (typeof sortKeys)[number];

function cpuShare(entries: readonly SampleRecord[]): number | null {
  const [last, before] = [entries.at(-1), entries.at(-4) ?? entries.at(0)];
  if (last === undefined || before === undefined || last[1] <= before[1]) return null;
  return (last[8] - before[8]) / 1000 / (last[1] - before[1]);
}

function costShare(thread: ThreadData): number | null {
  const last = thread.samples.last;
  if (last === undefined || last[1] === 0) return null;
  return (last[9] + thread.forced.totalUs) / 1000 / last[1];
}

function openCount(threads: readonly ThreadData[]): number {
  let count = 0;
  for (const thread of threads) for (const row of thread.rows.all()) if (row.type !== 'temp') count += row.weight;
  return count;
}

/** A launcher's name says less than what it runs. */
function programOf({ header }: ThreadData): string {
  const [program = '', ...rest] = header.argv;
  return commandText(
    [program.slice(program.lastIndexOf('/') + 1), ...rest.map((word, index) => (index === 0 ? nearName(word) : word))],
    200,
  );
}

function nearName(path: string): string {
  const parts = path.split('/');
  return parts.length <= 3 ? path : parts.slice(-2).join('/');
}

function rowOf(run: WatchedRun, threads: readonly ThreadData[]): TopRow | undefined {
  const main = threads.find(({ header }) => header.thread === 'main');
  if (main === undefined) return undefined;
  const key = ownerKey(main);
  const last = main.samples.last;
  return {
    run,
    key,
    pid: main.header.pid,
    main,
    threads: threads.length,
    program: programOf(main),
    rssBytes: last?.[2] ?? 0,
    heapBytes: last?.[3] ?? 0,
    heapLimitBytes: main.heapLimitBytes,
    cpuShare: cpuShare(main.samples.entries),
    open: openCount(threads),
    findings: (run.report?.findings ?? []).filter((found) => found.closed === null && found.processes.includes(key)).length,
    costShare: costShare(main),
  };
}

const orders: Readonly<Record<SortKey, (row: TopRow) => number>> = {
  memory: (row) => -row.rssBytes,
  heap: (row) => -row.heapBytes,
  cpu: (row) => -(row.cpuShare ?? 0),
  open: (row) => -row.open,
  findings: (row) => -row.findings,
  pid: (row) => row.pid,
};

/** The processes of all runs, sorted; with `filter` only those whose command or pid contains it. */
export function topRows(runs: readonly WatchedRun[], sort: SortKey, filter: string): readonly TopRow[] {
  const wanted = filter.toLowerCase();
  return runs
    .flatMap((run) => {
      const { threads } = run;
      const keys = new Set(threads.map(ownerKey));
      return [...keys].flatMap(
        (key) =>
          rowOf(
            run,
            threads.filter((thread) => ownerKey(thread) === key),
          ) ?? [],
      );
    })
    .filter((row) => `${row.pid} ${row.program}`.toLowerCase().includes(wanted))
    .sort((a, b) => orders[sort](a) - orders[sort](b) || a.pid - b.pid);
}
