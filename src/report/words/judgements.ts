/** What a machine is told of a report: one entry for each thing that can pass or fail. Shared by the formats for CI. */
import { formatCounted } from '../../kernel/format.ts';
import type { Finding, OpenGroup, Report, Site } from '../../wire/report.ts';
import { calleesPhrase, evidencePhrase, growthPhrase, levelWord } from './finding.ts';
import { functionName, position, sitesById } from './site.ts';

/** `error`: it fails the check. `warning` and `note` do not. */
export type JudgementLevel = 'error' | 'warning' | 'note';

export interface Judgement {
  /** Rule of the finding, or of `--fail-on`. */
  readonly rule: string;
  readonly level: JudgementLevel;
  /** One line. */
  readonly message: string;
  /** Further lines: evidence, what to try. */
  readonly details: readonly string[];
  /** The place that a reader can change: the nearest line of the user's own code. */
  readonly site: Site | null;
  /** The line in a package that the user's code called. */
  readonly inside: Site | null;
  /** The same over builds, runs and replicas. */
  readonly fingerprint: string | null;
}

/** A leak fails always; what is only suspected, where `--fail-on suspect` was asked for. */
function levelOf(finding: Finding, hits: ReadonlySet<string>): JudgementLevel {
  if (finding.level === 'leak') return 'error';
  if (finding.level === 'suspect') return hits.has('suspect') ? 'error' : 'warning';
  return finding.level === 'growing' ? 'warning' : 'note';
}

function placesOf(id: number | null, sites: ReadonlyMap<number, Site>): Pick<Judgement, 'site' | 'inside'> {
  const site = id === null ? undefined : sites.get(id);
  if (site === undefined) return { site: null, inside: null };
  const own = site.user === null ? undefined : sites.get(site.user);
  return own === undefined ? { site, inside: null } : { site: own, inside: site };
}

function named(site: Site | null): string {
  return site === null ? '' : `${[position(site), functionName(site)].filter((part) => part !== '').join(' ')}: `;
}

function ofFinding(finding: Finding, hits: ReadonlySet<string>, sites: ReadonlyMap<number, Site>): Judgement {
  const places = placesOf(finding.site, sites);
  const severity = finding.severity === null ? '' : ` (${finding.severity})`;
  const grows = growthPhrase(finding);
  const made = calleesPhrase(finding, sites);
  return {
    ...places,
    rule: finding.rule,
    level: levelOf(finding, hits),
    message: `${levelWord(finding.level)}${severity}: ${named(places.inside ?? places.site)}${finding.what}${grows === null ? '' : `, ${grows}`}`,
    details: [
      evidencePhrase(finding),
      made === null ? null : `made by ${made}`,
      finding.lookalikes.length === 0 ? null : `may be ${finding.lookalikes.join(', ')}`,
      ...finding.try.map(({ text, guide }) => `try: ${text}${guide === '' ? '' : `: ${guide}`}`),
    ].filter((line) => line !== null),
    fingerprint: finding.id,
  };
}

function ofOpenGroup(group: OpenGroup, sites: ReadonlyMap<number, Site>): Judgement {
  const places = placesOf(group.site, sites);
  return {
    ...places,
    rule: 'open-handles',
    level: 'error',
    message: `${formatCounted(group.count, group.type)} open at the end, keeping the program alive`,
    details: group.examples,
    fingerprint: null,
  };
}

/** All that a report has to say to a machine: findings that stand; open handles and left processes where `--fail-on` names them and was hit. */
export function judgements(report: Report): readonly Judgement[] {
  const sites = sitesById(report);
  const hits = new Set(report.verdict.failOn.filter(({ hit }) => hit).map(({ rule }) => rule));
  const open = hits.has('open-handles') ? report.open.filter(({ keepsAlive }) => keepsAlive > 0) : [];
  const left = hits.has('left-processes') ? report.left.filter(({ kind }) => kind === 'process') : [];
  return [
    ...report.findings.filter(({ closed }) => closed === null).map((finding) => ofFinding(finding, hits, sites)),
    ...open.map((group) => ofOpenGroup(group, sites)),
    ...left.map(({ what, proof, site }) => ({
      ...placesOf(site, sites),
      rule: 'left-processes',
      level: 'error' as const,
      message: `left behind: ${what}`,
      details: [proof],
      fingerprint: null,
    })),
  ];
}
