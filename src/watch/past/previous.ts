import { rmSync } from 'node:fs';
import { renderHtml, renderJson } from '../../report/index.ts';
import type { Report } from '../../wire/index.ts';
import { groupProcesses, leadProcess } from '../assemble/process-group.ts';
import { assembleReport } from '../assemble/report.ts';
import { containerLimit } from '../assemble/run-end.ts';
import type { Voice } from '../live/voice.ts';
import { writeReport } from '../places/report-files.ts';
import { systemProcessTable } from '../platform/index.ts';
import { formatBytes } from '../../kernel/format.ts';
import { markTold, unreportedRuns } from './live-runs.ts';
import { readRun } from './read-run.ts';
import type { PastRun } from './read-run.ts';

/** A program that carries the agent without a supervisor and ended in an orderly way: nothing has died. */
function endedUnsupervised({ data }: PastRun): boolean {
  const { supervisor, program } = data.run;
  if (program === null || supervisor.pid !== program.pid) return false;
  return data.threads.some(
    (thread) => thread.header.pid === program.pid && thread.header.thread === 'main' && thread.end !== null,
  );
}

/** Runs of this working directory that died together with their supervisor, so that nobody reported them. */
export function deadRuns(env: NodeJS.ProcessEnv, cwd: string): readonly PastRun[] {
  const table = systemProcessTable();
  return unreportedRuns(env, cwd, table).flatMap((directory) => {
    const run = readRun(directory, { table });
    return run.supervised || run.running || run.data.threads.length === 0 || endedUnsupervised(run) ? [] : [run];
  });
}

/** Where the memory stood: of the container where that was the tighter limit, else of the heap. */
function standing(past: PastRun, report: Report): string {
  const container = containerLimit(past.data.run.limits);
  const lead = leadProcess(groupProcesses(past.data))?.main.samples.last;
  const rssBytes = lead?.[2] ?? null;
  const heapBytes = lead?.[3] ?? null;
  const heap = report.memory.limits.find((limit) => limit.name === 'heap')?.bytes;
  if (container !== null && rssBytes !== null && rssBytes > container / 2)
    return ` at ${formatBytes(rssBytes)} of ${formatBytes(container)} (container)`;
  if (heap !== undefined && heapBytes !== null && heapBytes > heap / 2)
    return ` at ${formatBytes(heapBytes)} of ${formatBytes(heap)} of heap`;
  return rssBytes === null ? '' : ` at ${formatBytes(rssBytes)} of memory`;
}

function growth(report: Report): string {
  const finding = report.findings.find((found) => found.level === 'growing');
  if (finding?.rate != null) return `: it grew ${formatBytes(finding.rate.bytesPerSecond * 60)}/min`;
  return report.verdict.level === 'spike' ? ': its memory rose in one step' : '';
}

/** "previous run died at 508 of 512 MB: it grew 14 MB/min", with how it ended as far as that is known. */
export function deathLine(past: PastRun, report: Report): string {
  const [orderly] = ['natural', 'exit', 'uncaught'].filter((kind) => kind === report.end.kind);
  if (orderly !== undefined) return `previous run (${report.run.id}) lost its supervisor; the program ${report.end.text}`;
  return `previous run (${report.run.id}) died${standing(past, report)}${growth(report)}; it ${report.end.text}`;
}

function tell(past: PastRun, voice: Voice): void {
  const report = assembleReport(past.data);
  voice.say(deathLine(past, report));
  try {
    const written = writeReport(past.data.run.reportRoot, past.data.run.id, {
      json: renderJson(report),
      html: renderHtml(report),
    });
    voice.say(`its report: ${written.html ?? written.json}`);
    rmSync(past.directory, { recursive: true, force: true });
  } catch (error) {
    voice.say(
      `its report cannot be written (${error instanceof Error ? error.message : String(error)}); watertight report ${past.directory} shows it`,
    );
    markTold(past.directory);
  }
}

/** Tells how earlier runs of this directory died and writes their reports. Whatever goes wrong here must not keep the new run from starting. */
export function tellPreviousDeaths(env: NodeJS.ProcessEnv, cwd: string, voice: Voice): void {
  try {
    for (const past of deadRuns(env, cwd)) tell(past, voice);
  } catch (error) {
    voice.say(`an earlier run could not be told: ${error instanceof Error ? error.message : String(error)}`);
  }
}
