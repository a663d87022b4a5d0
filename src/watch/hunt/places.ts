import type { SampledFunction } from '../../leak/survivors.ts';
import type { Site, WireFrame } from '../../wire/index.ts';
import type { SiteTable } from '../sites/site-table.ts';
import type { SampledFinding } from './judged-windows.ts';

const mostInPath = 12;

/** The frame of a function, as records of sites have it: where the function begins. */
export function frameOf(functions: readonly SampledFunction[], index: number): WireFrame | null {
  const found = functions[index];
  return found === undefined ? null : [found.url, found.line, found.column, found.name];
}

/** The frames of a finding's path, innermost first. */
function framesOf({ series, finding }: Pick<SampledFinding, 'series' | 'finding'>): readonly WireFrame[] {
  return finding.path
    .toReversed()
    .map((index) => frameOf(series.functions, index))
    .filter((frame) => frame !== null);
}

/** The site that is blamed: with the nearest caller in the user's own code when it lies in a package. */
export function siteOf(found: SampledFinding, sites: SiteTable): number | null {
  return sites.ofFrames(found.thread, framesOf(found));
}

/** The calls that led to it, outermost first; of a long path the end. */
export function pathOf(found: SampledFinding, sites: SiteTable): readonly number[] {
  const frames = framesOf(found).slice(0, mostInPath);
  return frames.flatMap((frame) => sites.ofFrames(found.thread, [frame]) ?? []).toReversed();
}

/** `addEventListener`, `Session`: what a leaf is called by. */
export function leafLabel(
  functions: readonly SampledFunction[],
  leaf: { readonly frame: number; readonly callee: number },
): string {
  const own = functions[leaf.frame]?.name ?? '';
  const callee = functions[leaf.callee]?.name ?? '';
  return callee === '' ? own : callee;
}

export function leafSite(found: SampledFinding, leaf: { readonly frame: number }, sites: SiteTable): number | null {
  const frame = frameOf(found.series.functions, leaf.frame);
  return frame === null || leaf.frame === found.finding.frame ? null : sites.ofFrames(found.thread, [frame]);
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
  const name = site.function === '' || site.function.startsWith('(') ? '' : ` ${site.function}()`;
  return `${site.file}:${site.line}${name}`;
}
