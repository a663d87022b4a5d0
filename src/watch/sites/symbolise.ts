import { isAbsolute, relative } from 'node:path';
import type { Report, Site } from '../../wire/index.ts';
import { mapsFolder } from './maps-folder.ts';
import { pathOf, SourceMaps } from './source-map.ts';

/** A report with the places of its source, and how many could be found. */
export interface Symbolised {
  readonly report: Report;
  /** Places that a map in the folder named. */
  readonly found: number;
  /** Places without a map of their own. */
  readonly asked: number;
}

function near(cwd: string, file: string): string {
  const path = isAbsolute(file) ? relative(cwd, file) : file;
  return path.startsWith('..') ? file : path;
}

/**
 * Finds the source of places that had no source map where the program ran, in a folder of maps of the same build (`--maps`). What was
 * mapped already stays. Throws what reading the folder throws.
 */
export function symbolise(report: Report, folder: string): Symbolised {
  const maps = new SourceMaps(mapsFolder(folder));
  let [found, asked] = [0, 0];
  const sites = report.sites.map((site): Site => {
    if (site.mapped === 'disk' || site.raw.url === '') return site;
    asked += 1;
    const at = maps.original(pathOf(site.raw.url), site.raw.line, site.raw.column, site.function);
    if (at === undefined) return site;
    found += 1;
    const file = near(report.run.cwd, at.file);
    return { ...site, file, line: at.line, column: at.column, function: at.name, mapped: 'disk', generated: false };
  });
  return { report: { ...report, sites }, found, asked };
}
