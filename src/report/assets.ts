import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WatertightError } from '../kernel/errors.ts';

export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

let found: PageAssets | undefined;

/** The script and style of the page, read once. A path that was given is read each time. */
export function loadAssets(path: string | undefined): PageAssets {
  if (path !== undefined) return read(path);
  found ??= read(locate());
  return found;
}

/** Beside this file in the built package; from the sources, in what was built from them. A bundle may have no URL of its own. */
function candidates(): readonly string[] {
  const url: unknown = import.meta.url;
  if (typeof url !== 'string' || !url.startsWith('file:')) return [];
  const here = dirname(fileURLToPath(url));
  return [join(here, 'page', 'assets.json'), join(here, '..', '..', 'dist', 'report', 'page', 'assets.json')];
}

function locate(): string {
  const places = candidates();
  const place = places.find((candidate) => existsSync(candidate));
  if (place !== undefined) return place;
  const searched = places.length === 0 ? 'this code has no file of its own' : `searched ${places.join(' and ')}`;
  throw missing(
    `the script of the HTML report was not found (${searched}); set assetsPath to watertight's dist/report/page/assets.json`,
  );
}

function missing(message: string, cause?: unknown): WatertightError {
  return new WatertightError('WT_REPORT_ASSETS_MISSING', message, { cause });
}

function read(path: string): PageAssets {
  let assets: unknown;
  try {
    assets = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw missing(`the script of the HTML report cannot be read from ${path}`, cause);
  }
  if (!isAssets(assets)) throw missing(`${path} does not hold the script and style of the HTML report`);
  return assets;
}

function isAssets(value: unknown): value is PageAssets {
  return (
    typeof value === 'object' &&
    value !== null &&
    'script' in value &&
    typeof value.script === 'string' &&
    'style' in value &&
    typeof value.style === 'string'
  );
}
