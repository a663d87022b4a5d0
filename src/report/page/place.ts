import type { Site } from '../../wire/report.ts';
import type { Sites } from '../words/site.ts';
import { functionName, position } from '../words/site.ts';
import { el } from './dom.ts';

/** A path may break after its separators, so that it wraps instead of widening its column. */
export function breakable(text: string): HTMLElement {
  const pieces = text.split(/(?<=[/\\])/);
  return el('code', {}, ...pieces.flatMap((piece, index) => (index === 0 ? [piece] : [el('wbr'), piece])));
}

export function placeText(id: number | null, sites: Sites): string {
  const site = id === null ? undefined : sites.get(id);
  if (site === undefined) return 'not known';
  const user = userOf(site, sites);
  return [position(site), functionName(site), user === undefined ? '' : `from ${position(user)}`]
    .filter((part) => part !== '')
    .join(' ');
}

function userOf(site: Site, sites: Sites): Site | undefined {
  return site.user === null || site.user === site.id ? undefined : sites.get(site.user);
}

/** The position, the function, and the user's own line where the first lies in a package. */
export function place(id: number | null, sites: Sites, named = true): HTMLElement {
  const site = id === null ? undefined : sites.get(id);
  if (site === undefined) return el('span', { class: 'muted' }, 'not known');
  const user = userOf(site, sites);
  const name = named ? functionName(site) : '';
  return el(
    'span',
    { class: 'place' },
    breakable(position(site)),
    name === '' ? null : el('span', { class: 'muted function' }, name),
    user === undefined ? null : el('span', { class: 'muted from' }, 'from ', breakable(position(user))),
    site.generated ? el('span', { class: 'tag' }, 'generated code') : null,
  );
}
