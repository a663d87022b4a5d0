import type { WatchedProcess } from '../assemble/process-group.ts';
import type { SampleRecord } from '../../wire/index.ts';
import type { OpenRow } from '../data/open-rows.ts';
import type { ThreadData } from '../data/thread-data.ts';
import { SiteTable } from '../sites/site-table.ts';
import { realDisk } from '../sites/disk.ts';
import { countText } from '../words.ts';

const idleMs = 10_000;
/** A loop that is active for less than this share of its time, our own callbacks left out, is idle. */
const idlePermille = 30;
/** Waiting for these is not hanging: a server is meant to wait, and who waits for a child or worker is told of by it. */
const patient: ReadonlySet<string> = new Set(['server', 'server-socket', 'process', 'worker', 'udp']);
const maxPlaces = 3;

/** What the program itself, without our collections and samples, had the loop active for before a sample. */
function ownPermille(sample: SampleRecord, before: SampleRecord | undefined): number {
  const spanMs = sample[1] - (before?.[1] ?? 0);
  const oursMs = (sample[9] - (before?.[9] ?? 0)) / 1000;
  return spanMs <= 0 ? 0 : sample[10] - (oursMs / spanMs) * 1000;
}

/** When the thread became idle, on its own clock; undefined while it is busy. Our own work is left out. */
export function idleSince(thread: ThreadData): number | undefined {
  const samples = thread.samples.entries.slice(-30);
  let since: number | undefined;
  for (let index = samples.length - 1; index >= 0; index -= 1) {
    const sample = samples[index];
    if (sample === undefined || ownPermille(sample, samples[index - 1]) > idlePermille) break;
    since = sample[1];
  }
  return since;
}

function placesOf(thread: ThreadData, rows: readonly OpenRow[], cwd: string): string {
  const sites = new SiteTable(cwd, realDisk);
  const places = new Set<string>();
  for (const row of rows) {
    const own = sites.get(sites.of(thread, row.site) ?? 0);
    const site = own?.user == null ? own : (sites.get(own.user) ?? own);
    if (site) places.add(`${site.file}:${site.line}:${site.column}`);
  }
  const shown = [...places].slice(0, maxPlaces);
  const more = places.size - shown.length;
  return shown.length === 0 ? '' : `, ${shown.join(', ')}${more > 0 ? ` and ${more} more places` : ''}`;
}

function kinds(rows: readonly OpenRow[]): string {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(row.type, (counts.get(row.type) ?? 0) + row.weight);
  return [...counts].map(([type, count]) => countText(count, type)).join(' and ');
}

/** "idle for 10 s: only 1 interval keeps it alive, src/poll.ts:9:3" of a thread that does nothing and does not end; undefined of any other. */
export function idleLine(process: WatchedProcess, cwd: string): string | undefined {
  if (process.role === 'launcher' || process.threads.length > 1) return undefined;
  const thread = process.main;
  const held = thread.keepsAlive;
  const since = idleSince(thread);
  if (held === null || since === undefined || thread.lastMs - Math.max(since, held.tMs) < idleMs) return undefined;
  const rows = held.rows.flatMap((row) => thread.rows.get(row) ?? []);
  if (rows.length === 0 || rows.some((row) => patient.has(row.type))) return undefined;
  const total = rows.reduce((sum, row) => sum + row.weight, 0);
  return `idle for 10 s: only ${kinds(rows)} ${total === 1 ? 'keeps' : 'keep'} it alive${placesOf(thread, rows, cwd)}`;
}
