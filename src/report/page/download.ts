import type { Report } from '../../wire/report.ts';
import { renderJson } from '../json.ts';
import { button, el, section } from './dom.ts';

/** The same bytes that `report.json` has: both come from `renderJson`. */
export function downloadSection(report: Report): HTMLElement {
  return section(
    'data',
    'Data',
    el(
      'p',
      { class: 'muted' },
      `Everything on this page comes from one report of the shape ${report.schema}, which is embedded in it.`,
    ),
    el(
      'p',
      {},
      button('Download JSON', { class: 'primary' }, () => download(report)),
    ),
  );
}

function download(report: Report): void {
  const url = URL.createObjectURL(new Blob([renderJson(report)], { type: 'application/json' }));
  const link = el('a', { href: url, download: 'report.json' });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
