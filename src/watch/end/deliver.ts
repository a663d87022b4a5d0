import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { renderHtml, renderJson, renderJunit, renderSarif, renderText, wantsColor } from '../../report/index.ts';
import type { Report } from '../../wire/index.ts';
import type { Voice } from '../live/voice.ts';
import { writeReport } from '../places/report-files.ts';
import type { WrittenReport } from '../places/report-files.ts';
import type { HeapProfile } from '../profiles/heap-profile.ts';
import type { WatchOptions } from '../watch-options.ts';

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Writes the files: to the folder asked for, else to the temporary directory, else nowhere; says so when it is not the first. */
function write(report: Report, options: WatchOptions, voice: Voice, profile: HeapProfile | null): WrittenReport | undefined {
  const texts = {
    json: renderJson(report),
    html: options.html ? page(report, voice) : null,
    profile: profile === null ? null : JSON.stringify(profile),
  };
  const fallback = join(tmpdir(), `watertight-${process.getuid?.() ?? 'user'}`, 'reports');
  for (const root of [options.reportRoot, fallback]) {
    try {
      const written = writeReport(root, report.run.id, texts);
      if (root === fallback) voice.say(`the report is in ${written.directory}`);
      return written;
    } catch (error) {
      voice.say(`the report cannot be written to ${root}: ${reason(error)}`);
    }
  }
  return undefined;
}

/** The page is one of three forms: without it the other two still come. */
function page(report: Report, voice: Voice): string | null {
  try {
    return renderHtml(report);
  } catch (error) {
    voice.say(`there is no HTML report: ${reason(error)}`);
    return null;
  }
}

/** A form of the report that was asked for in a file of its own. */
interface ExtraFile {
  readonly what: string;
  readonly file: string | undefined;
  readonly render: (report: Report) => string;
}

function extraFiles({ jsonFile, junitFile, sarifFile }: WatchOptions): readonly ExtraFile[] {
  return [
    { what: 'JSON', file: jsonFile, render: renderJson },
    { what: 'JUnit', file: junitFile, render: renderJunit },
    { what: 'SARIF', file: sarifFile, render: renderSarif },
  ];
}

function writeExtra(report: Report, { what, file, render }: ExtraFile, voice: Voice): void {
  if (file === undefined) return;
  try {
    writeFileSync(file, render(report));
  } catch (error) {
    voice.say(`the ${what} report cannot be written to ${file}: ${reason(error)}`);
  }
}

function near(cwd: string, path: string): string {
  const short = relative(cwd, path);
  return short.startsWith('..') ? path : short;
}

function linksOf(cwd: string, written: WrittenReport): { readonly html?: string; readonly json: string } {
  const json = near(cwd, written.json);
  return written.html === null ? { json } : { html: near(cwd, written.html), json };
}

/** Writes the report's files and prints its text. Answers whether the files were written anywhere. */
export function deliver(report: Report, options: WatchOptions, voice: Voice, profile: HeapProfile | null = null): boolean {
  const written = write(report, options, voice, profile);
  for (const extra of extraFiles(options)) writeExtra(report, extra, voice);
  if (voice.silent) return written !== undefined;
  const links = written === undefined ? {} : { links: linksOf(options.cwd, written) };
  const terminal = options.log === undefined && process.stderr.isTTY;
  const color = wantsColor({ isTTY: terminal, env: options.env });
  const width = terminal && process.stderr.columns > 0 ? { width: process.stderr.columns } : {};
  voice.print(renderText(report, { color, ...width, ...links }));
  return written !== undefined;
}
