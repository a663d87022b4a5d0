import { join } from 'node:path';
import { functionName, position, sitesById } from '../../report/words/site.ts';
import { verdictSentence } from '../../report/words/verdict.ts';
import type { Report, Site } from '../../wire/index.ts';
import { liveRuns } from '../past/live-runs.ts';
import { readRun } from '../past/read-run.ts';
import { reportedRuns } from '../places/report-files.ts';

/** What is told to an assistant: plain data. */
export type Told = Readonly<Record<string, unknown>>;

const mostFinished = 20;

/** Runs that go on now, and those whose reports lie in this directory. */
export function runsTold(cwd: string, env: NodeJS.ProcessEnv): Told {
  const live = liveRuns(env).flatMap((directory) => {
    const { running, data } = readRun(directory);
    if (!running) return [];
    const { id, command, cwd: where, startedAtMs } = data.run;
    const pids = [...new Set(data.threads.map(({ header }) => header.pid))];
    return [{ run: directory, id, command, cwd: where, startedAtMs, pids, state: 'running' }];
  });
  const root = join(cwd, '.watertight');
  const finished = reportedRuns(root)
    .slice(-mostFinished)
    .map((id) => ({ run: join(root, id), id, state: 'finished' }));
  return { live, finished };
}

function told(site: Site): Told {
  return {
    id: site.id,
    place: position(site),
    function: functionName(site) || null,
    package: site.package,
    calledFrom: site.user,
    generatedCode: site.generated,
  };
}

function placeOf(report: Report, id: number | null): Told | null {
  const site = id === null ? undefined : sitesById(report).get(id);
  return site === undefined ? null : told(site);
}

export function statusTold(report: Report): Told {
  const { run, end, verdict, processes, memory, cost } = report;
  return {
    summary: verdictSentence(report),
    run: { id: run.id, command: run.command, cwd: run.cwd, startedAt: run.startedAt, durationMs: run.durationMs, mode: run.mode },
    end,
    verdict,
    processes: processes.map(({ key, role, command, node, peakRssBytes, cpuMs }) => ({
      key,
      role,
      command,
      node,
      peakRssBytes,
      cpuMs,
    })),
    memory: { limits: memory.limits, tightest: memory.tightest, peak: memory.peak, gc: memory.gc },
    findings: report.findings.filter(({ closed }) => closed === null).length,
    open: report.open.reduce((sum, { count }) => sum + count, 0),
    cost,
  };
}

export function findingsTold(report: Report): Told {
  return {
    findings: report.findings.map((finding) => ({ ...finding, site: placeOf(report, finding.site) })),
    note: 'The site is what allocates or opens; it need not be what holds. A cache that is still filling looks like a leak until it evicts.',
  };
}

export function sitesTold(report: Report): Told {
  return { sites: report.sites.map(told) };
}

export function resourcesTold(report: Report): Told {
  return {
    open: report.open.map((group) => ({ ...group, site: placeOf(report, group.site) })),
    owned: report.owned,
    left: report.left.map((one) => ({ ...one, site: placeOf(report, one.site) })),
  };
}
