/** Where in the code: the phrases for places. */
import type { Report, Site } from '../../wire/report.ts';

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
