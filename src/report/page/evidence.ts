import type { Finding, FindingAllocation } from '../../wire/report.ts';
import { formatCounted, formatDuration } from '../../kernel/format.ts';
import type { Sites } from '../words/site.ts';
import { el } from './dom.ts';
import { place } from './place.ts';

/** How the survivors came about: the calls that led to their line, and how many of each time of birth live still. */
export function evidenceOf(finding: Finding, sites: Sites): HTMLElement | null {
  const { allocation } = finding;
  if (allocation === null) return null;
  return el('div', { class: 'evidence' }, pathOf(allocation, sites), cohortsOf(allocation));
}

function pathOf({ path }: FindingAllocation, sites: Sites): HTMLElement | null {
  if (path.length < 2) return null;
  const items = path.map((id, index) => el('li', index === path.length - 1 ? { 'aria-current': 'true' } : {}, place(id, sites)));
  return el(
    'figure',
    {},
    el('figcaption', { class: 'muted' }, 'Called from the first to the last'),
    el('ol', { class: 'path' }, ...items),
  );
}

/** One bar for each stretch of time: its height what outlived its call, filled as far as it lives still. */
function cohortsOf({ cohorts }: FindingAllocation): HTMLElement | null {
  if (cohorts.length === 0) return null;
  const most = Math.max(1, ...cohorts.map(([, , born]) => born));
  const bars = cohorts.map(([fromMs, toMs, born, alive]) => {
    const text = `${formatDuration(fromMs)} to ${formatDuration(toMs)}: ${String(alive)} of ${formatCounted(born, 'sample')} live`;
    const bar = el('li', { title: text }, el('span', { class: 'alive' }), el('span', { class: 'unseen' }, text));
    bar.style.setProperty('--born', String(born / most));
    bar.style.setProperty('--alive', String(alive / Math.max(1, born)));
    return bar;
  });
  const [first, last] = [cohorts[0]?.[0] ?? 0, cohorts.at(-1)?.[1] ?? 0];
  const caption = `Made between ${formatDuration(first)} and ${formatDuration(last)} of the run; filled: what lives still`;
  return el('figure', {}, el('figcaption', { class: 'muted' }, caption), el('ol', { class: 'cohorts' }, ...bars));
}
