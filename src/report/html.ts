import { createHash } from 'node:crypto';
import type { Report } from '../wire/report.ts';
import { loadAssets } from './assets.ts';
import { clean } from './lines.ts';
import { renderText } from './text.ts';
import { commandText } from './words/process.ts';
import { verdictWords } from './words/verdict.ts';

/** How the page is made. */
export interface HtmlOptions {
  /** File with the page's script and style (`assets.json`). Default: searched beside the code; set it where a bundler moved the code. */
  readonly assetsPath?: string;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** JSON that cannot end the script element that holds it: outside strings JSON has no `<`, inside it may be escaped. */
function embeddedJson(report: Report): string {
  return JSON.stringify(report).replaceAll('<', String.raw`\u003c`);
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;
}

/**
 * The report as one page that needs nothing else: it opens from a file, without network. Data goes in as JSON and reaches the
 * page through `textContent` only; a content security policy allows exactly this script and this style and no request.
 *
 * @throws WatertightError `WT_REPORT_ASSETS_MISSING`: the page's script and style were not found; set `assetsPath`.
 */
export function renderHtml(report: Report, options: HtmlOptions = {}): string {
  const { script, style } = loadAssets(options.assetsPath);
  const policy = `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; base-uri 'none'; form-action 'none'`;
  const title = `${verdictWords(report.verdict.level)} · ${clean(commandText(report.run.command))} · watertight`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="watertight ${escapeHtml(report.tool.version)}">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<noscript><pre>${escapeHtml(renderText(report))}</pre></noscript>
<main id="page"></main>
<script type="application/json" id="report">${embeddedJson(report)}</script>
<script>${script}</script>
</body>
</html>
`;
}
