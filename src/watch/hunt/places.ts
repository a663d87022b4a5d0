import type { SampledFunction } from '../../leak/survivors.ts';
import type { Site, WireFrame } from '../../wire/index.ts';
import type { SiteTable } from '../sites/site-table.ts';
import type { SampledFinding } from './judged-windows.ts';

const mostInPath = 12;

/** The site of functions, innermost first: each is told by where it begins. */
function siteOfFunctions({ thread, series }: SampledFinding, frames: readonly number[], sites: SiteTable): number | null {
  const functions = frames.map((index) => series.functions[index]).filter((found) => found !== undefined);
  const wire = functions.map(({ url, line, column, name }): WireFrame => [url, line, column, name]);
  return sites.ofFrames(thread, wire, (index) => {
    const found = functions[index];
    return found === undefined ? undefined : thread.survivors.mappedPlace(found);
  });
}

/** The site that is blamed: with the nearest caller in the user's own code when it lies in a package. */
export function siteOf(found: SampledFinding, sites: SiteTable): number | null {
  return siteOfFunctions(found, found.finding.path.toReversed(), sites);
}

/** The calls that led to it, outermost first; of a long path the end. */
export function pathOf(found: SampledFinding, sites: SiteTable): readonly number[] {
  return found.finding.path.slice(-mostInPath).flatMap((index) => siteOfFunctions(found, [index], sites) ?? []);
}

/** `addEventListener`, `Session`: what a leaf is called by; empty where it has no name. */
export function leafLabel(
  functions: readonly SampledFunction[],
  leaf: { readonly frame: number; readonly callee: number },
): string {
  const callee = functions[leaf.callee]?.name ?? '';
  return callee === '' ? (functions[leaf.frame]?.name ?? '') : callee;
}

export function leafSite(found: SampledFinding, leaf: { readonly frame: number }, sites: SiteTable): number | null {
  return leaf.frame === found.finding.frame ? null : siteOfFunctions(found, [leaf.frame], sites);
}

/** What does not change between builds and machines: a path below the working directory, or one inside of its package. */
export function stablePath(site: Site): string {
  const inPackage = site.package === null ? -1 : site.file.lastIndexOf(`${site.package.name}/`);
  if (site.package !== null && inPackage >= 0)
    return `${site.package.name}:${site.file.slice(inPackage + site.package.name.length + 1)}`;
  return site.file;
}

/** `src/session.ts:42 remember()`; a function without a name is told by its place alone. */
export function placeText(site: Site): string {
  const isNamed = site.function !== '' && !/^[<(]|(?:^|\.)_onTimeout$/.test(site.function);
  const name = isNamed ? ` ${site.function}()` : '';
  return `${site.file}:${site.line}${name}`;
}
