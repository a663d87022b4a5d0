import { writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { renderHtml, renderJson, renderText, wantsColor } from '../report/index.ts';
import type { TextOptions } from '../report/index.ts';
import { findReport } from '../watch/index.ts';
import type { FoundReport } from '../watch/index.ts';

interface ReportFlags {
  readonly json?: boolean;
  readonly html?: string;
}

function near(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}

function textOptions(links: FoundReport['links']): TextOptions {
  const isTTY = process.stdout.isTTY;
  const shown = Object.fromEntries(Object.entries(links).map(([key, path]) => [key, near(path)]));
  return { color: wantsColor({ isTTY, env: process.env }), links: shown, ...(isTTY ? { width: process.stdout.columns } : {}) };
}

function show(what: string | undefined, flags: ReportFlags): void {
  const found = findReport(what, process.cwd(), process.env);
  let { links } = found;
  if (flags.html !== undefined) {
    const file = resolve(flags.html);
    writeFileSync(file, renderHtml(found.report));
    links = { ...links, html: file };
  }
  if (flags.json === true) process.stdout.write(`${renderJson(found.report).trimEnd()}\n`);
  else process.stdout.write(renderText(found.report, textOptions(links)));
}

/** `watertight report [dir|pid]` */
export function addReport(program: Command): void {
  program
    .command('report')
    .description('show the report of a run: finished, still going on, or dead')
    .argument(
      '[run]',
      "a run's directory, a report.json, or the process id of a watched program; default: the latest run of this directory",
    )
    .option('--json', 'print the report as JSON')
    .option('--html <file>', 'write the report as an HTML page to this file')
    .option('--verbose', 'show stacks of our own errors')
    .action(show);
}
