import type { OpenGroup, Report } from '../../wire/report.ts';
import { formatCounted, formatDecimal } from '../../kernel/format.ts';
import { functionName, position, sitesById } from '../words/site.ts';
import type { Change, ChangeStatus, Confidence } from './words.ts';

/** So many more a minute are growth. */
const leastGrowth = 1;
/** More handles than this, and twice as many as before, are worse. */
const leastMore = 8;

/** Groups of one type, file and function: lines move from build to build. */
interface Together {
  readonly key: string;
  readonly title: string;
  readonly count: number;
  readonly growthPerMinute: number | null;
  readonly keepsAlive: number;
}

/** Sites by their file and function: what `compare` takes for the same place in two builds. */
export function openKey(group: OpenGroup, report: Report): string {
  const site = group.site === null ? undefined : sitesById(report).get(group.site);
  const name = site === undefined ? '' : functionName(site) || `line ${String(site.line)}`;
  return [group.type, site?.file ?? 'unknown', name, group.owner ?? ''].join(' ').trim();
}

function joined(a: Together, b: Together): Together {
  const growth = a.growthPerMinute === null ? b.growthPerMinute : a.growthPerMinute + (b.growthPerMinute ?? 0);
  return { ...a, count: a.count + b.count, growthPerMinute: growth, keepsAlive: a.keepsAlive + b.keepsAlive };
}

function together(report: Report): ReadonlyMap<string, Together> {
  const sites = sitesById(report);
  const found = new Map<string, Together>();
  for (const group of report.open) {
    const site = group.site === null ? undefined : sites.get(group.site);
    const where = site === undefined ? 'at a place that is not known' : `${position(site)} ${functionName(site)}`.trim();
    const { count, growthPerMinute, keepsAlive } = group;
    const one = { key: openKey(group, report), title: `${group.type} ${where}`, count, growthPerMinute, keepsAlive };
    const known = found.get(one.key);
    found.set(one.key, known === undefined ? one : joined(known, one));
  }
  return found;
}

function grows({ growthPerMinute }: Together): boolean {
  return (growthPerMinute ?? 0) >= leastGrowth;
}

function valueOf(one: Together): string {
  const growth = grows(one) ? `, ${formatDecimal(one.growthPerMinute ?? 0)} more a minute` : '';
  const alive = one.keepsAlive > 0 ? `, ${one.keepsAlive} keep the process alive` : '';
  return `${formatCounted(one.count, 'handle')}${growth}${alive}`;
}

interface Course {
  readonly status: ChangeStatus;
  readonly confidence: Confidence;
  readonly why: string;
}

function courseOf(was: Together, is: Together): Course {
  if (grows(is) && !grows(was)) return { status: 'worse', confidence: 'high', why: 'it grows now, and did not before' };
  if (grows(was) && !grows(is)) return { status: 'better', confidence: 'medium', why: 'it grew before, and does not now' };
  const [a, b] = grows(is) ? [was.growthPerMinute ?? 0, is.growthPerMinute ?? 0] : [was.count, is.count];
  const enough = grows(is) ? leastGrowth : leastMore;
  const what = grows(is) ? 'growth a minute' : 'how many are open at the end';
  if (b >= 2 * a && b - a >= enough) return { status: 'worse', confidence: 'medium', why: `${what}: twice as much or more` };
  if (a >= 2 * b && a - b >= enough) return { status: 'better', confidence: 'medium', why: `${what}: half or less` };
  return { status: 'same', confidence: 'high', why: 'made in the same function in both runs' };
}

/** New ones count where they grow or keep the process alive: what is open at the end of a service is no fault by itself. */
function countsNew(one: Together): boolean {
  return grows(one) || one.keepsAlive > 0;
}

export function compareOpen(before: Report, after: Report): readonly Change[] {
  const [was, is] = [together(before), together(after)];
  const there = [...is.values()].map((one): Change => {
    const old = was.get(one.key);
    const course: Course =
      old === undefined
        ? { status: 'new', confidence: grows(one) ? 'high' : 'medium', why: 'nothing was left open there before' }
        : courseOf(old, one);
    const counts = course.status === 'worse' || (course.status === 'new' && countsNew(one));
    return {
      what: 'open',
      counts,
      key: one.key,
      title: one.title,
      ...course,
      before: old === undefined ? null : valueOf(old),
      after: valueOf(one),
    };
  });
  const gone = [...was.values()].filter(({ key }) => !is.has(key));
  return [
    ...there,
    ...gone.map((one): Change => ({
      what: 'open',
      key: one.key,
      status: 'gone',
      confidence: after.run.durationMs * 2 >= before.run.durationMs ? 'medium' : 'low',
      counts: false,
      title: one.title,
      before: valueOf(one),
      after: null,
      why: 'nothing of it is open at the end',
    })),
  ];
}
