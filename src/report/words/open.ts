/** Handles that are open. */
import type { OpenGroup, Report } from '../../wire/report.ts';
import { formatAge, formatCount, formatCounted, formatDuration } from '../../kernel/format.ts';

const prepositions: Readonly<Record<string, string>> = {
  socket: 'to ',
  'server-socket': 'from ',
  watcher: 'on ',
  interval: 'every ',
  timeout: 'of ',
};

const typeNames: Readonly<Record<string, string>> = { 'server-socket': 'connection', zlib: 'compressor' };

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

export function ageText(group: Pick<OpenGroup, 'oldestMs'>): string {
  return formatAge(group.oldestMs);
}

/** What needs a look first: what grows, then what keeps the process alive, then the many, then the old. */
export function byUrgency(a: OpenGroup, b: OpenGroup): number {
  const growth = Math.max(0, b.growthPerMinute ?? 0) - Math.max(0, a.growthPerMinute ?? 0);
  if (growth !== 0) return growth;
  const alive = Number(b.keepsAlive > 0) - Number(a.keepsAlive > 0);
  return alive !== 0 ? alive : b.count - a.count || b.oldestMs - a.oldestMs;
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
