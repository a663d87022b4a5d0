import type { Report } from '../../wire/report.ts';
import { baselineCounts } from '../words/baseline.ts';
import { card } from './card.ts';
import { el } from './dom.ts';
import { breakable } from './place.ts';

/** What an earlier run is held against: said also where nothing came of it. */
export function baselineCard({ baseline }: Report): HTMLElement | null {
  if (baseline === undefined) return null;
  const { file, runId, startedAt, regressions } = baseline;
  return card(
    regressions.length === 0 ? 'good' : 'warn',
    'BASELINE',
    baselineCounts(baseline),
    el(
      'p',
      { class: 'muted' },
      breakable(`Against run ${runId} of ${startedAt} (${file}). Only what is new or worse counts for --fail-on.`),
    ),
    regressions.length === 0 ? null : el('ul', {}, ...regressions.map((text) => el('li', {}, breakable(text)))),
  );
}
