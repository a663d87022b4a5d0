/** Phrases that the text and the HTML report share, so that both speak in one voice. */
import type { EndInfo, Finding, MemoryInfo, MemoryLimit, OpenGroup, ProcessInfo, Report, Site } from '../wire/report.ts';
import {
  formatAbout,
  formatAge,
  formatByteRate,
  formatBytes,
  formatBytesOf,
  formatCount,
  formatCounted,
  formatDuration,
  formatShare,
} from './format.ts';

export type Sites = ReadonlyMap<number, Site>;

export function sitesById(report: Report): Sites {
  return new Map(report.sites.map((site) => [site.id, site]));
}

/** `src/log.ts:31:11`, relative to the working directory: what an editor and a terminal open with a click. */
export function position(site: Pick<Site, 'file' | 'line' | 'column'>): string {
  return `${site.file}:${String(site.line)}:${String(site.column)}`;
}

/** The name that V8 gives to any function without one that a timer calls. */
const timerCallback = /(?:^|\.)_onTimeout$/;

/** `openLog()`; nothing for code outside any function, or in one without a name. */
export function functionName(site: Site): string {
  const isNamed = site.function !== '' && !/^[<(]/.test(site.function) && !timerCallback.test(site.function);
  return isNamed ? `${site.function}()` : '';
}

const headlines: Readonly<Record<Finding['level'], string>> = {
  leak: 'LEAK',
  suspect: 'SUSPECT',
  growing: 'GROWING',
  spike: 'SPIKE',
  limit: 'LIMIT',
};

export function levelWord(level: Finding['level']): string {
  return headlines[level];
}

const limitNames: Readonly<Record<string, string>> = {
  heap: 'heap limit',
  cgroup: 'container limit',
  host: 'memory of the host',
  configured: 'configured limit',
};

export function limitName(name: string): string {
  return limitNames[name] ?? name;
}

/** What a share of a limit is a share of, in brackets: `container`, `--max-old-space-size`. */
export function limitShort(limit: MemoryLimit): string {
  if (limit.name === 'heap') return limit.source === '' ? 'heap limit' : limit.source;
  return limit.name === 'cgroup' ? 'container' : limit.name;
}

/** The tightest limit of the whole process, which RSS is measured against. */
export function limitOfRss(memory: MemoryInfo): MemoryLimit | undefined {
  return memory.limits.filter((limit) => limit.name !== 'heap').sort((a, b) => a.bytes - b.bytes)[0];
}

export function limitOfHeap(memory: MemoryInfo): MemoryLimit | undefined {
  return memory.limits.find((limit) => limit.name === 'heap');
}

export function usedOf(value: number, limit: MemoryLimit | undefined): string {
  return limit === undefined ? formatBytes(value) : `${formatBytesOf(value, limit.bytes)} (${limitShort(limit)})`;
}

/** `1.2 KB per request, 2.4 MB/min (2.2–2.6); reaches the heap limit of 256 MB in about 1 h 20 min` */
export function growthPhrase(finding: Finding): string | null {
  if (finding.rate === null) return null;
  const perRequest = finding.rate.perRequestBytes;
  const speed = formatByteRate(finding.rate);
  const grows = perRequest === null ? speed : `${formatBytes(perRequest)} per request, ${speed}`;
  const reached = finding.limit?.reachedInMs ?? null;
  if (finding.limit === null || reached === null) return grows;
  return `${grows}; reaches the ${limitName(finding.limit.name)} of ${formatBytes(finding.limit.bytes)} in ${formatAbout(reached)}`;
}

/** `41 203 survivors of 12 cohorts; 6 full collections, 14 points` */
export function evidencePhrase(evidence: Finding['evidence']): string | null {
  const parts = [
    evidence.survivors === null ? null : formatCounted(evidence.survivors, 'survivor'),
    evidence.cohorts === null ? null : formatCounted(evidence.cohorts, 'cohort'),
    evidence.points === null ? null : `${formatCounted(evidence.points, 'measurement')} after collections`,
    evidence.collections === null ? null : formatCounted(evidence.collections, 'full collection'),
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(', ');
}

const prepositions: Readonly<Record<string, string>> = {
  socket: 'to ',
  'server-socket': 'from ',
  watcher: 'on ',
  interval: 'every ',
  timeout: 'of ',
};

const typeNames: Readonly<Record<string, string>> = { 'server-socket': 'connection' };

export function typeName(type: string): string {
  return typeNames[type] ?? type;
}

/** What some texts have in common: `/var/data/*.log` of `/var/data/a.log` and `/var/data/b.log`. Empty when that is too little to say. */
export function commonPattern(texts: readonly string[]): string {
  const [first, ...others] = texts;
  if (first === undefined || others.every((text) => text === first)) return first ?? '';
  const shortest = Math.min(...texts.map((text) => text.length));
  let head = 0;
  while (head < shortest && others.every((text) => text[head] === first[head])) head += 1;
  let tail = 0;
  while (tail < shortest - head && others.every((text) => text.at(-1 - tail) === first.at(-1 - tail))) tail += 1;
  const pattern = `${first.slice(0, head)}*${tail === 0 ? '' : first.slice(-tail)}`;
  return pattern.length >= 4 ? pattern : '';
}

/** Delays are recorded as plain milliseconds. */
function readable(type: string, detail: string): string {
  const isDelay = (type === 'interval' || type === 'timeout') && /^\d+(?: ?ms)?$/.test(detail);
  return isDelay ? formatDuration(Number.parseInt(detail, 10)) : detail;
}

/** `file /var/data/*.log`, `socket to 10.0.0.7:5432`, `interval every 5 s` */
export function whatIsOpen(group: Pick<OpenGroup, 'type' | 'examples'>): string {
  const detail = commonPattern(group.examples.map((example) => readable(group.type, example)));
  const name = typeName(group.type);
  return detail === '' || detail === group.type ? name : `${name} ${prepositions[group.type] ?? ''}${detail}`;
}

/** `kept the process alive`, or how many of several did. */
export function alivePhrase(group: Pick<OpenGroup, 'count' | 'keepsAlive'>, running: boolean): string | null {
  if (group.keepsAlive === 0) return null;
  const verb = running ? 'keeps' : 'kept';
  const whole = group.keepsAlive >= group.count;
  if (whole) return `${running && group.count > 1 ? 'keep' : verb} the process alive`;
  return `${formatCount(group.keepsAlive)} of them ${running && group.keepsAlive > 1 ? 'keep' : verb} the process alive`;
}

export function growsPhrase(group: Pick<OpenGroup, 'growthPerMinute'>): string | null {
  const growth = group.growthPerMinute;
  if (growth === null || growth <= 0) return null;
  return growth < 1 ? `grows, ${formatCount(Math.max(1, growth * 60))} an hour` : `grows, ${formatCount(growth)} a minute`;
}

export function countPhrase(group: Pick<OpenGroup, 'count' | 'estimated'>): string {
  return group.estimated ? `≈ ${formatCount(group.count)}` : formatCount(group.count);
}

/** What needs a look first: what grows, then what keeps the process alive, then the many, then the old. */
export function byUrgency(a: OpenGroup, b: OpenGroup): number {
  const growth = Math.max(0, b.growthPerMinute ?? 0) - Math.max(0, a.growthPerMinute ?? 0);
  if (growth !== 0) return growth;
  const alive = Number(b.keepsAlive > 0) - Number(a.keepsAlive > 0);
  return alive !== 0 ? alive : b.count - a.count || b.oldestMs - a.oldestMs;
}

/** The program that used most comes first; launchers last. */
export function byUse(a: ProcessInfo, b: ProcessInfo): number {
  const launchers = Number(a.role === 'launcher') - Number(b.role === 'launcher');
  return launchers !== 0 ? launchers : (b.peakRssBytes ?? -1) - (a.peakRssBytes ?? -1);
}

export function commandText(command: readonly string[]): string {
  return command.map((word) => (/^[\w@%+=:,./~-]+$/.test(word) ? word : JSON.stringify(word))).join(' ');
}

const askedToEnd: ReadonlySet<string | null> = new Set(['SIGINT', 'SIGTERM', 'SIGHUP']);

/** Died, in contrast to: ended by itself, by `process.exit` or because somebody asked it to by a signal. */
export function diedHard(end: Pick<EndInfo, 'kind' | 'signal'>): boolean {
  if (end.kind === 'signal') return !askedToEnd.has(end.signal);
  return end.kind !== 'natural' && end.kind !== 'exit' && end.kind !== 'still-running';
}

/** `ended by SIGTERM`, `ended with status 3`, `still running`; nothing for an end with status 0. */
export function softEndPhrase(end: EndInfo): string | null {
  if (end.kind === 'still-running') return 'still running';
  if (diedHard(end)) return null;
  if (end.signal !== null) return `ended by ${end.signal}`;
  return end.code === null || end.code === 0 ? null : `ended with status ${String(end.code)}`;
}

export function openTotals(report: Report): { readonly handles: number; readonly estimated: boolean; readonly lines: number } {
  return {
    handles: report.open.reduce((sum, group) => sum + group.count, 0),
    estimated: report.open.some((group) => group.estimated),
    lines: report.open.length,
  };
}

export function openPhrase(report: Report): string {
  const { handles, lines, estimated } = openTotals(report);
  if (lines === 0) return report.end.kind === 'still-running' ? 'nothing open' : 'nothing left open';
  return `${estimated ? 'about ' : ''}${formatCounted(handles, 'handle')} ${report.end.kind === 'still-running' ? 'open' : 'left open'}, made at ${formatCounted(lines, 'line')}`;
}

export function collectionsPhrase(report: Report): string {
  return formatCounted(report.memory.gc.full, 'full collection');
}

const sentences: Readonly<Record<Report['verdict']['level'], string>> = {
  leak: 'leaking',
  suspect: 'a leak is suspected',
  growing: 'growing',
  spike: 'one step up, no growth',
  'not-growing': 'not growing',
  'too-short': 'too short to tell',
};

export function verdictWords(level: Report['verdict']['level']): string {
  return sentences[level];
}

/** The verdict as one line without the leading name of the tool. */
export function verdictSentence(report: Report): string {
  const { level, wouldBeEnough } = report.verdict;
  const time = formatDuration(report.run.durationMs);
  if (level === 'too-short') {
    const advice = wouldBeEnough === null || wouldBeEnough === '' ? '' : `; ${wouldBeEnough}`;
    return `${verdictWords(level)} (${time}, ${collectionsPhrase(report)})${advice}`;
  }
  const why = level === 'not-growing' || report.verdict.why === '' ? '' : `: ${report.verdict.why}`;
  const parts = [
    `${verdictWords(level)} in ${time} (${collectionsPhrase(report)})${why}`,
    softEndPhrase(report.end),
    openPhrase(report),
  ];
  return parts.filter((part) => part !== null).join(', ');
}

/** `41 full collections (38 ours), 1.2 % of the time, longest 38 ms` */
export function collectorPhrase(gc: MemoryInfo['gc']): string {
  const parts = [
    gc.forced > 0
      ? `${formatCounted(gc.full, 'full collection')} (${formatCount(gc.forced)} ours)`
      : formatCounted(gc.full, 'full collection'),
    gc.share === null ? null : `${formatShare(gc.share)} of the time`,
    gc.longestMs === null ? null : `longest ${formatDuration(gc.longestMs)}`,
  ];
  return parts.filter((part) => part !== null).join(', ');
}

/** `0.6 % CPU, 14 MB, longest pause 38 ms, 2 sampling windows of 24 s in all` */
export function costPhrase(report: Report): string {
  const { cost } = report;
  const sampled = cost.samplingWindows.reduce((sum, window) => sum + window.toMs - window.fromMs, 0);
  const parts = [
    cost.cpuShare === null ? null : `${formatShare(cost.cpuShare)} CPU`,
    cost.rssBytes === null ? null : formatBytes(cost.rssBytes),
    cost.forcedCollections === 0 ? null : formatCounted(cost.forcedCollections, 'forced collection'),
    cost.longestPauseMs === null ? null : `longest pause ${formatDuration(cost.longestPauseMs)}`,
    cost.samplingWindows.length === 0
      ? null
      : `${formatCounted(cost.samplingWindows.length, 'sampling window')} of ${formatDuration(sampled)} in all`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? 'not measured' : parts.join(', ');
}

export interface Note {
  readonly what: string;
  readonly why: string;
}

/** What the report cannot speak for: what was not watched, not recorded or left out. */
export function notes(report: Report): readonly Note[] {
  const truncated: readonly Note[] = report.run.truncated
    ? [
        {
          what: 'recording cut short',
          why: 'the disk was full or a file reached its bound; figures of the end may be missing or coarse',
        },
      ]
    : [];
  const unwatched = report.run.notWatched.map(({ pid, command, why }) => ({
    what: `not watched: ${command}${pid === null ? '' : ` (pid ${String(pid)})`}`,
    why,
  }));
  return [...truncated, ...unwatched, ...report.cost.skipped.map(({ what, why }) => ({ what: `left out: ${what}`, why }))];
}

/** `as of 0.8 s before the end`: how old the last record was when the program died. */
export function asOf(end: EndInfo): string | null {
  if (end.lastRecordAgeMs === null || !diedHard(end)) return null;
  return `as of ${(end.lastRecordAgeMs / 1000).toFixed(1)} s before the end`;
}

export function ageText(group: Pick<OpenGroup, 'oldestMs'>): string {
  return formatAge(group.oldestMs);
}
