/** Reads a report of `watertight run --json` as one row of the accuracy table. */
import { judgeSite } from './where.mjs';

const isHunt = ({ level }) => level === 'leak' || level === 'suspect';
const earliest = (times) => (times.length === 0 ? null : Math.min(...times));

function namesOf(report, finding) {
  const byId = new Map(report.sites.map((site) => [site.id, site]));
  const site = byId.get(finding.site);
  return [site, byId.get(site?.user)].filter((one) => one !== undefined);
}

/** Counters have no allocation; their finding says itself when it became a leak. */
const leakMsOf = (finding) => finding.leakMs ?? finding.allocation?.leakMs ?? null;

const words = (site) => `${site.function || '(anonymous)'} ${site.file}:${site.line}`;

/** What was found in one run of one program. Times are milliseconds since the start of the run. */
export function judgeRun(program, report) {
  const hunted = report.findings.filter(isHunt);
  const leaks = hunted.filter(({ level }) => level === 'leak');
  const open = leaks.filter(({ closed }) => closed === null);
  const decisive = open.length > 0 ? open : leaks;
  return {
    verdict: report.verdict.level,
    leak: leaks.length > 0,
    leakClosed: leaks.length > 0 && open.length === 0,
    suspect: hunted.length > 0,
    suspectMs: earliest(hunted.map((finding) => finding.allocation?.suspectMs ?? finding.openedMs)),
    leakMs: earliest(decisive.map(leakMsOf).filter((time) => time !== null)),
    site:
      decisive.length === 0
        ? null
        : judgeSite(
            program,
            decisive.flatMap((finding) => namesOf(report, finding)),
          ),
    suspectSite:
      hunted.length === 0
        ? null
        : judgeSite(
            program,
            hunted.flatMap((finding) => namesOf(report, finding)),
          ),
    findings: hunted.map((finding) => ({
      rule: finding.rule,
      level: finding.level,
      severity: finding.severity,
      site: namesOf(report, finding).map(words).join(' ← '),
      openedMs: finding.openedMs,
      leakMs: leakMsOf(finding),
      closed: finding.closed?.why ?? null,
      rateKBs: finding.rate === null ? null : Math.round(finding.rate.bytesPerSecond / 1024),
      evidence: finding.evidence,
      what: finding.what,
    })),
    cpuShare: report.cost.cpuShare,
    longestPauseMs: report.cost.longestPauseMs,
    end: report.end.text,
  };
}
