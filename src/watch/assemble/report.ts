import type { Finding, Report, Site } from '../../wire/index.ts';
import { reportSchema } from '../../wire/index.ts';
import { isoTime } from '../../kernel/clock/index.ts';
import { realDisk } from '../sites/disk.ts';
import type { Disk } from '../sites/disk.ts';
import { SiteTable } from '../sites/site-table.ts';
import { withHolders } from '../snapshots/holders.ts';
import { huntFindings } from '../hunt/hunt-findings.ts';
import { toolVersion } from '../version.ts';
import { costOf } from './cost.ts';
import { findingOf, judgeThread } from './judge.ts';
import { leftOf } from './left.ts';
import { limitFindings } from './limit-findings.ts';
import { memoryInfo } from './memory-info.ts';
import { notWatchedOf } from './not-watched.ts';
import type { ThreadAt } from './open-groups.ts';
import { OpenGroups } from './open-groups.ts';
import { ownedOf } from './owned.ts';
import { groupProcesses, judgedThreads, leadProcess } from './process-group.ts';
import type { WatchedProcess } from './process-group.ts';
import { processInfo } from './processes.ts';
import { endOfRun, endsOf } from './run-end.ts';
import type { RunData } from './run-data.ts';
import { verdictOf } from './verdict.ts';

/** The judged threads, each with the time up to which it is told of. */
function threadsAt(data: RunData, processes: readonly WatchedProcess[]): readonly ThreadAt[] {
  return judgedThreads(processes).map(({ process, thread }) => {
    const running = data.running.has(process.key);
    return { process, thread, endMs: running ? Math.max(thread.lastMs, data.asOfMs - thread.header.t0) : thread.lastMs };
  });
}

function openGroups(threads: readonly ThreadAt[], sites: SiteTable): ReturnType<OpenGroups['groups']> {
  const groups = new OpenGroups(sites);
  for (const thread of threads) groups.addThread(thread);
  return groups.groups();
}

/** A trend without a line says nothing new of a process in which the hunt has found a line. */
function withoutTrends(trends: readonly Finding[], hunted: readonly Finding[]): readonly Finding[] {
  const named = new Set(
    hunted.filter(({ closed, rate }) => closed === null && rate !== null).flatMap(({ processes }) => processes),
  );
  return trends.filter(({ level, processes }) => level !== 'growing' || !processes.some((key) => named.has(key)));
}

function runInfo(data: RunData, processes: readonly WatchedProcess[]): Report['run'] {
  const { run, threads } = data;
  const cut = threads.some((thread) => thread.notes.some((note) => note[2] === 'truncated' || note[2] === 'thinned'));
  return {
    id: run.id,
    command: run.command,
    cwd: run.cwd,
    startedAt: isoTime(run.startedAtMs),
    durationMs: Math.max(0, Math.round(data.asOfMs - run.startedAtMs)),
    mode: run.mode,
    options: run.options,
    truncated: cut || data.unreadable.length > 0,
    notWatched: notWatchedOf(data, processes),
  };
}

/** What stands before what closed itself; else in the order given. */
function byUrgency(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((a, b) => Number(a.closed !== null) - Number(b.closed !== null));
}

/**
 * The report of a run from all that is known of it. Asks the disk only for the sources and packages that sites lie in;
 * the same data give the same report.
 */
export function assembleReport(data: RunData, disk: Disk = realDisk): Report {
  const sites = new SiteTable(data.run.cwd, disk);
  const processes = groupProcesses(data);
  const ends = endsOf(data, processes);
  const end = endOfRun(data, processes, ends);
  const lead = leadProcess(processes);
  const threads = threadsAt(data, processes);
  const judged = threads.map(({ process, thread }) => judgeThread(data, process, thread));
  const hunted = withHolders(huntFindings(data, threads, sites), data.stayed ?? null, processes, sites);
  const trends = judged.flatMap((verdict) => findingOf(data, verdict) ?? []);
  const findings = byUrgency([...hunted, ...withoutTrends(trends, hunted), ...limitFindings(data, lead)]);
  const open = openGroups(threads, sites);
  const left = leftOf(data, processes, sites);
  const site = (id: number): Site | undefined => sites.get(id);
  const failOn = { endKind: end.kind, open, left, findings, site };
  return {
    schema: reportSchema,
    tool: { version: toolVersion(), node: process.version },
    run: runInfo(data, processes),
    end,
    verdict: verdictOf({ lead, threads: judged, findings, failOn, rules: data.failOn, run: data.run, site }),
    processes: processes.flatMap((process) => {
      const own = ends.get(process.key);
      return own === undefined ? [] : [processInfo(process, own, data.run.startedAtMs)];
    }),
    sites: sites.sites,
    findings,
    open,
    owned: ownedOf(processes.flatMap((process) => process.threads)),
    left,
    memory: memoryInfo(data, processes),
    cost: costOf(data, processes),
  };
}
