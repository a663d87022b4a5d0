import { writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { renderHtml, renderJson, renderText, wantsColor } from '../report/index.ts';
import type { TextOptions } from '../report/index.ts';
import { WatertightError } from '../kernel/errors.ts';
import type { Symbolised } from '../watch/sites/symbolise.ts';
import { symbolise } from '../watch/sites/symbolise.ts';
import { say } from './say.ts';
import { findReport } from '../watch/index.ts';
import type { FoundReport } from '../watch/index.ts';

export interface ReportFlags {
  readonly json?: boolean;
  readonly html?: string;
  readonly heapprofile?: string;
  readonly pprof?: string;
  readonly maps?: string;
}

function near(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}

function textOptions(links: FoundReport['links']): TextOptions {
  const isTTY = process.stdout.isTTY;
  const shown = Object.fromEntries(Object.entries(links).map(([key, path]) => [key, near(path)]));
  return {
    color: wantsColor({ isTTY, env: process.env }),
    links: shown,
    ...(isTTY && process.stdout.columns > 0 ? { width: process.stdout.columns } : {}),
  };
}

/** What survived, by where it was allocated, for other tools. Throws WT_NOT_FOUND. */
async function writeProfiles(folder: string, flags: ReportFlags): Promise<void> {
  if (flags.heapprofile === undefined && flags.pprof === undefined) return;
  const { findProfile } = await import('../watch/profiles/stored.ts');
  const profile = findProfile(folder);
  if (flags.heapprofile !== undefined) writeFileSync(resolve(flags.heapprofile), JSON.stringify(profile));
  if (flags.pprof === undefined) return;
  const { pprofOf } = await import('../watch/profiles/pprof.ts');
  writeFileSync(resolve(flags.pprof), pprofOf(profile));
}

/** The files that were written hold the places of the generated code: they are not named then. Throws WT_INVALID_OPTION. */
function withMaps(found: FoundReport, folder: string | undefined): FoundReport {
  if (folder === undefined) return found;
  const { report, found: count, asked } = symbolised(found, folder);
  say(`${count} of ${asked} places found in the maps of ${folder}`);
  return { ...found, report, links: {} };
}

function symbolised(found: FoundReport, folder: string): Symbolised {
  try {
    return symbolise(found.report, resolve(folder));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new WatertightError('WT_INVALID_OPTION', `--maps ${folder} cannot be read: ${why}`, { cause });
  }
}

/** Prints the report of a run on stdout, and writes its page and profiles where they are asked for. Rejects with WT_NOT_FOUND, WT_REPORT_INVALID, WT_REPORT_NEWER. */
export async function showReport(what: string | undefined, flags: ReportFlags): Promise<void> {
  const found = withMaps(findReport(what, process.cwd(), process.env), flags.maps);
  await writeProfiles(found.folder, flags);
  let { links } = found;
  if (flags.html !== undefined) {
    const file = resolve(flags.html);
    writeFileSync(file, renderHtml(found.report));
    links = { ...links, html: file };
  }
  if (flags.json === true) process.stdout.write(`${renderJson(found.report).trimEnd()}\n`);
  else process.stdout.write(renderText(found.report, textOptions(links)));
}
