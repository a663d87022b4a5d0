import { compareReports, sinceBaseline } from '../../report/index.ts';
import type { Change, ChangeStatus } from '../../report/index.ts';
import type { Report, Verdict } from '../../wire/index.ts';
import type { Baseline } from '../watch-options.ts';
import { failOnStatus, isHit } from './fail-on.ts';
import type { FailOnRule } from './run-data.ts';

/** The rules, checked on what is new or worse alone. */
function verdictAgainst(report: Report, baseline: Report, rules: readonly FailOnRule[]): Verdict {
  const sites = new Map(report.sites.map((site) => [site.id, site]));
  const counted = sinceBaseline(baseline, report);
  const input = { ...counted, endKind: report.end.kind, site: (id: number) => sites.get(id) };
  const failOn = rules.map((rule) => ({ rule, hit: isHit(rule, input) }));
  const first = rules.find((_, index) => failOn[index]?.hit === true);
  const firstBefore = report.verdict.failOn.findIndex(({ hit }) => hit);
  const hitBefore = rules[firstBefore];
  // Where the program had failed by itself, its own status stands.
  const isOurs = hitBefore !== undefined && report.verdict.exitStatus === failOnStatus(hitBefore);
  const status = first === undefined ? 0 : failOnStatus(first);
  return { ...report.verdict, failOn, exitStatus: isOurs ? status : report.verdict.exitStatus };
}

/** A report held against an earlier one: it says what changed, and its rules count only what is new or worse. */
export function againstBaseline(report: Report, { file, report: earlier }: Baseline, rules: readonly FailOnRule[]): Report {
  // What watching cost is the watcher's own affair.
  const changes = compareReports(earlier, report).changes.filter(({ what }) => what !== 'cost');
  const counted = changes.filter(({ counts }) => counts);
  const number = (list: readonly Change[], status: ChangeStatus): number =>
    list.filter((change) => change.status === status).length;
  return {
    ...report,
    verdict: verdictAgainst(report, earlier, rules),
    baseline: {
      file,
      runId: earlier.run.id,
      startedAt: earlier.run.startedAt,
      new: number(counted, 'new'),
      worse: number(counted, 'worse'),
      same: number(changes, 'same'),
      better: number(changes, 'better'),
      gone: number(changes, 'gone'),
      regressions: counted.map(({ status, title, after }) => `${status}: ${title}  ${after ?? ''}`.trim()),
    },
  };
}
