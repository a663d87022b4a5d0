import type { Report } from '../wire/report.ts';
import type { Judgement } from './words/judgements.ts';
import { judgements } from './words/judgements.ts';
import { verdictSentence } from './words/verdict.ts';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Text for XML 1.0: what the format cannot hold, not even escaped, becomes a mark. */
function xml(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}

function attributes(values: Readonly<Record<string, string | number | null>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => ` ${name}="${xml(String(value)).replaceAll('\n', '&#10;')}"`)
    .join('');
}

interface Case {
  readonly name: string;
  readonly file: string | null;
  readonly line: number | null;
  /** What stands inside; empty: it passed. */
  readonly body: string;
  readonly state: 'passed' | 'failed' | 'skipped';
}

function caseOf({ rule, level, message, details, site }: Judgement): Case {
  const at = site === null ? '' : ` at ${site.file}:${String(site.line)}`;
  const text = xml([message, ...details].join('\n'));
  const body =
    level === 'error' ? `<failure${attributes({ message, type: rule })}>${text}</failure>` : `<system-out>${text}</system-out>`;
  return {
    name: `${rule}${at}`,
    file: site?.file ?? null,
    line: site?.line ?? null,
    body,
    state: level === 'error' ? 'failed' : 'passed',
  };
}

/** The verdict is a case of its own: it passes, or is skipped where it was too short to tell. */
function verdictCase(report: Report): Case {
  const { level } = report.verdict;
  const said = verdictSentence(report);
  const skipped = level === 'too-short';
  return {
    name: 'no leak',
    file: null,
    line: null,
    body: skipped ? `<skipped${attributes({ message: said })}/>` : `<system-out>${xml(said)}</system-out>`,
    state: skipped ? 'skipped' : 'passed',
  };
}

function render({ name, file, line, body }: Case): string {
  return `    <testcase${attributes({ classname: 'watertight', name, file, line, time: 0 })}>${body}</testcase>`;
}

/**
 * The report as JUnit XML, ending with a line feed: a test case for each finding that stands, failed where it is a leak or `--fail-on` names it; with
 * none failed, one for the verdict, skipped where it was too short to tell.
 */
export function renderJunit(report: Report): string {
  const found = judgements(report).map(caseOf);
  const cases = found.some(({ state }) => state === 'failed') ? found : [verdictCase(report), ...found];
  const count = (state: Case['state']): number => cases.filter((each) => each.state === state).length;
  const totals = {
    tests: cases.length,
    failures: count('failed'),
    errors: 0,
    skipped: count('skipped'),
    time: report.run.durationMs / 1000,
  };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'watertight', tests: totals.tests, failures: totals.failures, errors: 0, time: totals.time })}>`,
    `  <testsuite${attributes({ name: `watertight: ${report.run.command.join(' ')}`, ...totals, timestamp: report.run.startedAt.replace(/\.\d+Z$/, '') })}>`,
    ...cases.map(render),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}
