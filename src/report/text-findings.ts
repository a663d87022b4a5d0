import type { Finding, Site } from '../wire/report.ts';
import type { Block, TextContext } from './block.ts';
import { row } from './block.ts';
import type { Style } from './lines.ts';
import { clean, whole, widthOf, wrap } from './lines.ts';
import type { Sites } from './words/site.ts';
import { calleesPhrase, evidencePhrase, growthPhrase, levelWord } from './words/finding.ts';
import { functionName, position, sitesById } from './words/site.ts';
import { formatDuration } from '../kernel/format.ts';

const styles: Readonly<Record<Finding['level'], Style>> = {
  leak: 'red',
  suspect: 'yellow',
  growing: 'red',
  spike: 'yellow',
  limit: 'yellow',
};

/** One block per finding, in the order of the report; findings that closed themselves come last and in one line each. */
export function findingBlocks(context: TextContext): readonly Block[] {
  const sites = sitesById(context.report);
  const standing = context.report.findings.filter((finding) => finding.closed === null);
  const closed = context.report.findings.filter((finding) => finding.closed !== null);
  return [
    ...standing.map((finding) => openFinding(finding, sites, context)),
    ...closed.map((finding) => closedFinding(finding, context)),
  ];
}

function openFinding(finding: Finding, sites: Sites, context: TextContext): Block {
  const detail = [
    ['grows', growthPhrase(finding)],
    ['proof', evidencePhrase(finding)],
    ['made by', cleaned(calleesPhrase(finding, sites))],
    ['objects', cleaned(finding.objectType)],
    ['held by', heldBy(finding, sites)],
    ['in', processesOf(finding, context)],
    ['may be', finding.lookalikes.length === 0 ? null : clean(finding.lookalikes.join(', '))],
    ...finding.try.map(({ text, guide }) => ['try', guide === '' ? clean(text) : `${clean(text)}: ${whole(guide)}`] as const),
  ] as const;
  const rows = detail.flatMap(([name, text]) => (text == null ? [] : row(name, text, context)));
  return { label: levelWord(finding.level), style: styles[finding.level], lines: [...title(finding, sites, context), ...rows] };
}

/** The line that makes it, where there is one; else what was found, in words. */
function title(finding: Finding, sites: Sites, context: TextContext): readonly string[] {
  const site = finding.site === null ? undefined : sites.get(finding.site);
  const severity = finding.severity === null ? '' : finding.severity.padEnd(finding.severity.length + 2);
  const what = wrap(clean(finding.what), context.width);
  if (site === undefined) return severity === '' ? what : wrap(`${severity.trimEnd()}: ${clean(finding.what)}`, context.width);
  const head = [`${severity}${whole(position(site))}`, whole(functionName(site)), ...caller(site, sites)].filter(
    (part) => part !== '',
  );
  const isOneLine = widthOf(head.join('  ')) <= context.width;
  const [first = '', ...others] = isOneLine ? [head.join('  ')] : head;
  return [context.paint('cyan', first), ...others, ...(finding.what === '' ? [] : what)];
}

function cleaned(text: string | null): string | null {
  return text === null ? null : clean(text);
}

/** Of a line in a package: which package, and where the user's own code called into it. */
function caller(site: Site, sites: Sites): readonly string[] {
  const own = site.user === null ? undefined : sites.get(site.user);
  const { package: inside } = site;
  return [
    inside === null ? '' : whole(inside.version === null ? inside.name : `${inside.name} ${inside.version}`),
    own === undefined ? '' : `from ${whole(position(own))}`,
  ];
}

function heldBy(finding: Finding, sites: Sites): string | null {
  if (finding.heldBy.length === 0) return null;
  return finding.heldBy
    .map(({ label, site }) => {
      const place = site === null ? undefined : sites.get(site);
      return place === undefined ? clean(label) : `${clean(label)} (${whole(position(place))})`;
    })
    .join(' → ');
}

/** Which processes, where there were several to choose from. */
function processesOf(finding: Finding, { report }: TextContext): string | null {
  const judged = report.processes.filter((process) => process.role !== 'launcher');
  if (judged.length < 2 || finding.processes.length === 0) return null;
  const pids = finding.processes.map((key) => {
    const process = report.processes.find((each) => each.key === key);
    return process === undefined ? whole(key) : whole(`pid ${String(process.pid)}`);
  });
  return pids.length > 8 ? `${pids.slice(0, 8).join(', ')} and ${String(pids.length - 8)} more` : pids.join(', ');
}

function closedFinding(finding: Finding, { width }: TextContext): Block {
  const why = finding.closed === null ? '' : `after ${formatDuration(finding.closed.tMs)}: ${finding.closed.why}`;
  return { label: 'CLOSED', style: 'dim', lines: wrap(clean(`${finding.what}; no longer so ${why}`), width) };
}
