import type { OpenGroup, Site } from '../wire/report.ts';
import type { Block, TextContext } from './block.ts';
import { clean, padEnd, padStart, whole, widthOf, wrap } from './lines.ts';
import type { Sites } from './words/site.ts';
import { ageText, alivePhrase, byUrgency, countPhrase, growsPhrase, openTotals, whatIsOpen } from './words/open.ts';
import { functionName, position, sitesById } from './words/site.ts';
import { formatCount, formatCounted } from '../kernel/format.ts';

/** More lines than this belong into the HTML report. */
const mostRows = 12;

interface Row {
  readonly what: string;
  readonly count: string;
  readonly oldest: string;
  /** Pieces that are not broken: the position, where it comes from, whether it grows. */
  readonly places: readonly string[];
}

/** The table of what stayed open: what, how many, how old the oldest is, which line made it, and whether it grows. */
export function openBlock(context: TextContext): Block | null {
  const { report, paint } = context;
  if (report.open.length === 0) return null;
  const running = report.end.kind === 'still-running';
  const sites = sitesById(report);
  const groups = [...report.open].sort(byUrgency);
  const rows = groups.slice(0, mostRows).map((group) => toRow(group, sites, running));
  const heading = running
    ? 'now'
    : report.open.some((group) => group.owner !== null)
      ? 'at the end'
      : 'at the end, released by nobody';
  const head: Row = { what: heading, count: 'count', oldest: 'oldest', places: ['made at'] };
  const [first = '', ...others] = table([head, ...rows], context);
  const rest = groups.slice(mostRows);
  const more = rest.length === 0 ? [] : wrap(restText(rest, openTotals(report).handles), context.width);
  return { label: 'OPEN', style: 'yellow', lines: [paint('dim', first), ...others, ...more] };
}

function restText(rest: readonly OpenGroup[], all: number): string {
  return `and ${formatCounted(rest.length, 'more line')} with ${formatCount(totalOf(rest))} of ${formatCount(all)} handles`;
}

function totalOf(groups: readonly OpenGroup[]): number {
  return groups.reduce((sum, group) => sum + group.count, 0);
}

function toRow(group: OpenGroup, sites: Sites, running: boolean): Row {
  const alive = alivePhrase(group, running);
  const owner = group.owner === null ? null : `owned by ${group.owner}`;
  const grows = growsPhrase(group);
  return {
    what: clean([whatIsOpen(group), alive, owner].filter((part) => part !== null).join(', ')),
    count: countPhrase(group),
    oldest: ageText(group),
    places: [
      ...placesOf(group.site === null ? undefined : sites.get(group.site), sites),
      ...(grows === null ? [] : [whole(`← ${grows}`)]),
    ],
  };
}

function placesOf(site: Site | undefined, sites: Sites): readonly string[] {
  if (site === undefined) return ['not known'];
  const user = site.user === null ? undefined : sites.get(site.user);
  const from = user === undefined || user.id === site.id ? functionName(site) : `from ${position(user)}`;
  return [position(site), from, site.generated ? '(generated code)' : ''].filter((part) => part !== '').map(whole);
}

interface Widths {
  readonly what: number;
  readonly count: number;
  readonly oldest: number;
}

/** Below this width the place stands on lines of its own. */
const wideFrom = 92;

/** Positions stay in one piece: what does not fit beside the figures continues below, in the same column. */
function table(rows: readonly Row[], context: TextContext): readonly string[] {
  const count = Math.max(...rows.map((row) => widthOf(row.count)));
  const oldest = Math.max(...rows.map((row) => widthOf(row.oldest)));
  const asked = Math.max(...rows.map((row) => widthOf(row.what)));
  const figures = count + oldest + 5;
  const wide = Math.min(asked, Math.floor(context.width * 0.43));
  const room = context.width - wide - figures - 2;
  const fits = rows.every((row) => row.places.every((piece) => widthOf(piece) <= room));
  if (context.width >= wideFrom && fits) return rows.flatMap((row) => wideRow(row, { what: wide, count, oldest }, room));
  const narrow: Widths = { what: Math.min(asked, Math.max(12, context.width - figures)), count, oldest };
  return rows.flatMap((row, index) => narrowRow(row, narrow, index === 0 ? 0 : context.width - 2));
}

function figuresOf(row: Row, what: string, widths: Widths): string {
  return `${padEnd(what, widths.what)}  ${padStart(row.count, widths.count)}   ${padStart(row.oldest, widths.oldest)}`;
}

function wideRow(row: Row, widths: Widths, room: number): readonly string[] {
  const [what = '', ...moreWhat] = wrap(row.what, widths.what);
  const [place = '', ...morePlace] = flow(row.places, room);
  const margin = widths.what + widths.count + widths.oldest + 7;
  const first = `${figuresOf(row, what, widths)}  ${place}`;
  const below = Array.from({ length: Math.max(moreWhat.length, morePlace.length) }, (_, index) => {
    const left = moreWhat[index] === undefined ? '' : `  ${moreWhat[index]}`;
    return morePlace[index] === undefined ? left : `${padEnd(left, margin)}${morePlace[index]}`;
  });
  return [first, ...below];
}

function narrowRow(row: Row, widths: Widths, room: number): readonly string[] {
  const [what = '', ...moreWhat] = wrap(row.what, widths.what);
  const places = room === 0 ? [] : flow(row.places, room);
  return [figuresOf(row, what, widths), ...[...moreWhat, ...places].map((line) => `  ${line}`)];
}

/** Parts side by side, two spaces apart, as many as fit in a line. */
function flow(parts: readonly string[], room: number): readonly string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last === undefined || widthOf(last) + widthOf(part) + 2 > room) lines.push(part);
    else lines[lines.length - 1] = `${last}  ${part}`;
  }
  return lines;
}
