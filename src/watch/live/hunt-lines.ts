import { formatByteRate, formatDuration } from '../../kernel/format.ts';
import type { SurvivorFinding } from '../../leak/index.ts';
import { SurvivorJudge } from '../../leak/index.ts';
import type { RunData } from '../assemble/run-data.ts';
import type { ThreadOf } from '../hunt/judged-windows.ts';
import { sortOf } from '../hunt/judged-windows.ts';
import { placeText, siteOf } from '../hunt/places.ts';
import { offsetOf } from '../hunt/survivor-findings.ts';
import type { SamplingWindow } from '../data/survivor-data.ts';
import { realDisk } from '../sites/disk.ts';
import { SiteTable } from '../sites/site-table.ts';

/** Says while the program runs what is suspected, what is proven a leak and what closed itself: each once, however many processes have it. */
export class HuntLines {
  readonly #sites: SiteTable;
  /** By the number of the window. */
  readonly #judges = new Map<ThreadOf['thread'], Map<number, SurvivorJudge>>();
  readonly #told = new Set<string>();
  #suspected: ThreadOf | undefined;

  constructor(cwd: string) {
    this.#sites = new SiteTable(cwd, realDisk);
  }

  /** The first thread in which something was suspected. */
  get suspected(): ThreadOf | undefined {
    return this.#suspected;
  }

  /** The lines that are new since the last call. */
  poll(data: RunData, threads: readonly ThreadOf[]): readonly string[] {
    return threads.flatMap((at) => this.#thread(data, at));
  }

  #thread(data: RunData, at: ThreadOf): readonly string[] {
    const open = at.thread.survivors.windows.filter(({ toMs }) => toMs === null);
    return open.flatMap((window) => this.#window(data, at, window));
  }

  #window(data: RunData, at: ThreadOf, window: SamplingWindow): readonly string[] {
    const judge = this.#judgeOf(at.thread, window);
    const isNew = (window.series.polls.at(-1)?.tMs ?? 0) > judge.lastMs;
    if (!isNew) return [];
    for (const poll of window.series.polls) judge.add(poll);
    const { findings } = judge.verdict;
    if (findings.some(({ closed }) => closed === null)) this.#suspected ??= at;
    const found = { ...at, series: window.series, sort: sortOf(window) };
    return findings.flatMap((finding) => this.#say(data, { ...found, finding }) ?? []);
  }

  #judgeOf(thread: ThreadOf['thread'], { window, series }: SamplingWindow): SurvivorJudge {
    const known = this.#judges.get(thread) ?? new Map<number, SurvivorJudge>();
    this.#judges.set(thread, known);
    const judge = known.get(window) ?? new SurvivorJudge(series);
    known.set(window, judge);
    return judge;
  }

  #say(data: RunData, found: Parameters<typeof siteOf>[0]): string | undefined {
    const site = this.#sites.get(siteOf(found, this.#sites) ?? 0);
    if (site === undefined) return undefined;
    const own = site.user === null ? undefined : this.#sites.get(site.user);
    const place = own === undefined ? placeText(site) : `${placeText(site)} (from ${placeText(own)})`;
    const { finding } = found;
    const state = finding.closed === null ? finding.level : 'closed';
    const key = `${state} ${place}`;
    if (this.#told.has(key) || (state === 'closed' && !this.#wasTold(place))) return undefined;
    this.#told.add(key);
    const atMs = stateMs(finding) + offsetOf(data, found.thread);
    return line(finding, place, formatDuration(Math.max(0, atMs)));
  }

  #wasTold(place: string): boolean {
    return this.#told.has(`suspect ${place}`) || this.#told.has(`leak ${place}`);
  }
}

/** When it became what it is. */
function stateMs({ closed, level, leakMs, suspectMs }: SurvivorFinding): number {
  if (closed !== null) return closed.tMs;
  return level === 'leak' ? (leakMs ?? suspectMs) : suspectMs;
}

/** `suspect after 16 s: src/session.ts:42 remember() keeps 2.4 MB/min` */
function line({ closed, level, rate }: SurvivorFinding, place: string, after: string): string {
  if (closed !== null) return `no longer suspected after ${after}: ${place}: ${closed.why}`;
  return `${level} after ${after}: ${place} keeps ${formatByteRate({ bytesPerSecond: rate.bytesPerSecond })}`;
}
