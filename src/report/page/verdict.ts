import type { Finding, Report } from '../../wire/report.ts';
import { formatCount, formatCounted, formatDuration } from '../../kernel/format.ts';
import type { Sites } from '../words/site.ts';
import { calleesPhrase, evidencePhrase, growthPhrase, levelWord } from '../words/finding.ts';
import { collectorPhrase, limitOfHeap, limitOfRss, usedOf } from '../words/memory.ts';
import { costPhrase } from '../words/notes.ts';
import { openTotals } from '../words/open.ts';
import { asOf, commandText, diedHard, softEndPhrase } from '../words/process.ts';
import { verdictSentence, verdictWords } from '../words/verdict.ts';
import { baselineCard } from './baseline.ts';
import type { Mood } from './card.ts';
import { card } from './card.ts';
import { code, el, facts } from './dom.ts';
import { evidenceOf } from './evidence.ts';
import { place } from './place.ts';
import { capital, sentence } from './sentence.ts';

const moods: Readonly<Record<Report['verdict']['level'], Mood>> = {
  leak: 'bad',
  suspect: 'warn',
  growing: 'bad',
  spike: 'warn',
  'not-growing': 'good',
  'too-short': 'calm',
};

const findingMoods: Readonly<Record<Finding['level'], Mood>> = {
  leak: 'bad',
  suspect: 'warn',
  growing: 'bad',
  spike: 'warn',
  limit: 'warn',
};

/** The conclusion: what was found, how it ended, and a card for each finding. */
export function verdictSection(report: Report, sites: Sites): HTMLElement {
  const standing = report.findings.filter((finding) => finding.closed === null);
  const closed = report.findings.filter((finding) => finding.closed !== null);
  return el(
    'section',
    { id: 'verdict', 'aria-labelledby': 'verdict-title' },
    verdictCard(report),
    endCard(report),
    failCard(report),
    baselineCard(report),
    ...standing.map((finding) => findingCard(finding, report, sites)),
    ...closed.map((finding) => closedCard(finding)),
  );
}

function verdictCard(report: Report): HTMLElement {
  const { level, why, wouldBeEnough } = report.verdict;
  const died = diedHard(report.end);
  const mood = died && moods[level] === 'good' ? 'warn' : moods[level];
  const advice =
    level === 'too-short' && wouldBeEnough !== null && wouldBeEnough !== '' ? el('p', {}, sentence(wouldBeEnough)) : null;
  const summary = level === 'too-short' ? null : el('p', { class: 'muted' }, summaryOf(report));
  return el(
    'div',
    { class: `verdict ${mood}` },
    el('h2', { id: 'verdict-title' }, capital(verdictWords(level))),
    why === '' ? null : el('p', {}, sentence(why)),
    advice,
    summary,
  );
}

/** The verdict's sentence without its first words, which are the heading. */
function summaryOf(report: Report): string {
  const totals = openTotals(report);
  const open =
    totals.lines === 0
      ? 'nothing left open'
      : `${totals.estimated ? 'about ' : ''}${formatCounted(totals.handles, 'handle')} open at ${formatCounted(totals.lines, 'line')}`;
  const parts = [
    `watched for ${formatDuration(report.run.durationMs)}`,
    formatCounted(report.memory.gc.full, 'full collection'),
    softEndPhrase(report.end),
    open,
  ];
  return capital(parts.filter((part) => part !== null).join(' · '));
}

function endCard(report: Report): HTMLElement | null {
  if (!diedHard(report.end)) return null;
  const recorded = asOf(report.end);
  return card(
    'bad',
    'ENDED',
    report.end.text,
    recorded === null ? null : el('p', { class: 'muted' }, `What follows is ${recorded}.`),
  );
}

function failCard(report: Report): HTMLElement | null {
  const hits = report.verdict.failOn.filter((rule) => rule.hit);
  if (hits.length === 0) return null;
  const status = report.verdict.exitStatus;
  return card(
    'bad',
    'FAILED',
    `--fail-on ${hits.map((rule) => rule.rule).join(', ')}`,
    status === null ? null : el('p', { class: 'muted' }, `Exit status ${String(status)}.`),
  );
}

function findingCard(finding: Finding, report: Report, sites: Sites): HTMLElement {
  const site = finding.site === null ? undefined : sites.get(finding.site);
  const heading = site === undefined ? finding.what : place(site.id, sites);
  const label = finding.severity === null ? levelWord(finding.level) : `${levelWord(finding.level)} · ${finding.severity}`;
  return card(
    findingMoods[finding.level],
    label,
    heading,
    site === undefined ? null : el('p', {}, sentence(finding.what)),
    facts([
      ['grows', growthPhrase(finding)],
      ['proof', evidencePhrase(finding)],
      ['made by', calleesPhrase(finding, sites)],
      ['kept by', finding.heldBy.length === 0 ? null : heldBy(finding, sites)],
      ['objects', finding.objectType],
      ['in', processes(finding, report)],
      ['may be', finding.lookalikes.join(', ')],
      ...finding.try.map((advice) => ['try', tryText(advice)] as const),
    ]),
    evidenceOf(finding, sites),
  );
}

function heldBy(finding: Finding, sites: Sites): HTMLElement {
  return el(
    'span',
    {},
    ...finding.heldBy.flatMap(({ label, site }, index) => [
      index === 0 ? null : ' → ',
      label,
      site === null ? null : ' (',
      site === null ? null : place(site, sites),
      site === null ? null : ')',
    ]),
  );
}

function processes(finding: Finding, report: Report): string | null {
  if (report.processes.filter((process) => process.role !== 'launcher').length < 2) return null;
  return finding.processes
    .map((key) => report.processes.find((process) => process.key === key))
    .flatMap((process) => (process === undefined ? [] : [`${commandText(process.command)} (pid ${String(process.pid)})`]))
    .join(', ');
}

/** Only a web address becomes a link: a report may come from anywhere. */
function tryText(advice: Finding['try'][number]): HTMLElement {
  const isWeb = advice.guide.startsWith('https://');
  const guide = isWeb
    ? el('a', { href: advice.guide, rel: 'noopener noreferrer', target: '_blank' }, advice.guide)
    : advice.guide;
  return el('span', {}, advice.text, advice.guide === '' ? null : ': ', guide);
}

function closedCard(finding: Finding): HTMLElement {
  const closed = finding.closed;
  const why = closed === null ? '' : `No longer so after ${formatDuration(closed.tMs)}: ${closed.why}.`;
  return card('calm', 'CLOSED', finding.what, el('p', { class: 'muted' }, why));
}

function tile(name: string, value: string, detail: string | null, share: number | null): HTMLElement {
  const meter =
    share === null
      ? null
      : el('meter', {
          min: '0',
          max: '1',
          low: '0.7',
          high: '0.9',
          optimum: '0',
          value: String(Math.min(1, share)),
          'aria-label': `${name}: share of its limit`,
        });
  return el(
    'div',
    { class: 'tile' },
    el('dt', {}, name),
    el('dd', {}, el('span', { class: 'value' }, value), meter, detail === null ? null : el('span', { class: 'muted' }, detail)),
  );
}

/** The figures of the run at a glance. */
export function figures(report: Report): HTMLElement {
  const { peak, gc } = report.memory;
  const rssLimit = limitOfRss(report.memory);
  const heapLimit = limitOfHeap(report.memory);
  const used = (value: number | null, limit: typeof rssLimit): readonly [string, string | null, number | null] => {
    if (value === null) return ['not measured', null, null];
    const [size = '', source] = usedOf(value, limit).split(/ (?=\()/);
    return [size, source?.replaceAll(/^\(|\)$/g, '') ?? null, limit === undefined ? null : value / limit.bytes];
  };
  const totals = openTotals(report);
  const [collections = '', ...collectorDetail] = collectorPhrase(gc).split(', ');
  const ours = /\((.*)\)/.exec(collections)?.[1];
  const [costFirst = '', ...costDetail] = costPhrase(report).split(', ');
  return el(
    'dl',
    { class: 'tiles', 'aria-label': 'Key figures' },
    tile('Peak RSS', ...used(peak.rssBytes, rssLimit)),
    tile('Peak heap', ...used(peak.heapBytes, heapLimit)),
    tile(
      report.end.kind === 'still-running' ? 'Open now' : 'Left open',
      `${totals.estimated ? '≈ ' : ''}${formatCounted(totals.handles, 'handle')}`,
      totals.lines === 0 ? null : `made at ${formatCounted(totals.lines, 'line')}`,
      null,
    ),
    tile('Full collections', formatCount(gc.full), [ours, ...collectorDetail].filter(Boolean).join(', ') || null, null),
    tile('Cost of watching', costFirst, costDetail.join(', ') || null, null),
  );
}

export function title(report: Report): HTMLElement {
  const started = new Date(report.run.startedAt);
  const when = Number.isNaN(started.getTime())
    ? report.run.startedAt
    : started.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
  return el(
    'header',
    {},
    el('p', { class: 'brand' }, 'watertight', el('span', { class: 'muted' }, ' report')),
    el('h1', {}, code(commandText(report.run.command))),
    el(
      'p',
      { class: 'muted' },
      el('time', { datetime: report.run.startedAt }, when),
      ` · ${formatDuration(report.run.durationMs)} · ${report.run.mode} mode · ${report.end.text === '' ? verdictSentence(report) : report.end.text}`,
    ),
  );
}
