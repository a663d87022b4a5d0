import { existsSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from './make-folder.ts';
import { runIdPattern } from './run-id.ts';

export const keptRuns = 20;
/** Beside the report: what survived, for DevTools. */
export const profileFileName = 'survivors.heapprofile';

export interface ReportTexts {
  readonly json: string;
  /** Null when there is none. */
  readonly html: string | null;
  /** What survived, as a sampling heap profile; null when nothing was sampled. */
  readonly profile?: string | null;
}

export interface WrittenReport {
  readonly directory: string;
  readonly json: string;
  readonly html: string | null;
}

function writeWhole(path: string, text: string): void {
  const half = `${path}.tmp`;
  try {
    writeFileSync(half, text, { mode: 0o600 });
    renameSync(half, path);
  } catch (error) {
    rmSync(half, { force: true });
    throw error;
  }
}

/** Version control is told to look away: a report is nobody's source. */
function ignoreSelf(root: string): void {
  const file = join(root, '.gitignore');
  if (!existsSync(file)) writeFileSync(file, '*\n', { mode: 0o600 });
}

/**
 * Writes the report to `<root>/<id>/report.json` and `.html`; each file is whole or not there. Of earlier runs the newest 20 are
 * kept. Throws what the file system throws, with nothing half done left behind.
 */
export function writeReport(root: string, id: string, texts: ReportTexts): WrittenReport {
  const directory = join(root, id);
  const isNew = !existsSync(directory);
  makeFolder(directory);
  const json = join(directory, 'report.json');
  const html = texts.html === null ? null : join(directory, 'report.html');
  try {
    ignoreSelf(root);
    if (html !== null && texts.html !== null) writeWhole(html, texts.html);
    if (texts.profile != null) writeWhole(join(directory, profileFileName), texts.profile);
    writeWhole(json, texts.json);
  } catch (error) {
    if (isNew) rmSync(directory, { recursive: true, force: true });
    throw error;
  }
  removeOldRuns(root);
  return { directory, json, html };
}

/** Names of runs in a folder of reports, oldest first; only folders that are named like runs and hold a report. */
export function reportedRuns(root: string): readonly string[] {
  let names: readonly string[];
  try {
    names = readdirSync(root);
  } catch {
    return [];
  }
  return names.filter((name) => runIdPattern.test(name) && existsSync(join(root, name, 'report.json'))).sort(byTime);
}

/** Runs of the same second are numbered: `-10` comes after `-9`. */
function byTime(a: string, b: string): number {
  const [timeA, timeB] = [a.slice(0, 17), b.slice(0, 17)];
  if (timeA !== timeB) return timeA < timeB ? -1 : 1;
  return Number(a.slice(18) || 1) - Number(b.slice(18) || 1);
}

function removeOldRuns(root: string): void {
  for (const name of reportedRuns(root).slice(0, -keptRuns)) {
    try {
      if (statSync(join(root, name)).isDirectory()) rmSync(join(root, name), { recursive: true, force: true });
    } catch {
      // Somebody else may be removing it; the next run tries again.
    }
  }
}
