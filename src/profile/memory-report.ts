import { randomBytes } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { isoTime } from '../kernel/clock/index.ts';
import { anything, checkOptions } from '../kernel/options.ts';
import type { Rules } from '../kernel/options.ts';
import type { Bytes, Milliseconds } from '../kernel/units.ts';
import type { MemoryEfficiency } from './efficiency.ts';
import { efficiencyOf } from './efficiency.ts';
import type { SectionReport } from './section-report.ts';
import type { SectionSummary } from './section-totals.ts';
import type { MemorySnapshot } from './snapshot.ts';
import type { MemorySuggestion } from './suggestions.ts';
import { suggestionsOf } from './suggestions.ts';

/** Of one figure over all snapshots. */
export interface FigureStats {
  readonly min: Bytes;
  readonly max: Bytes;
  readonly avg: Bytes;
  readonly current: Bytes;
}

/** Figures of the snapshots; `null` without any. */
export interface MemoryStats {
  readonly rssBytes: FigureStats;
  readonly heapUsedBytes: FigureStats;
  readonly externalBytes: FigureStats;
}

/** What a profiler knows, as JSON. Minor additions are allowed: readers ignore keys they do not know. */
export interface MemoryReport {
  readonly schema: 'watertight-memory-report/1';
  /** ISO 8601. */
  readonly generatedAt: string;
  readonly node: string;
  readonly profilingSummary: {
    readonly totalSnapshots: number;
    /** From the first snapshot to the last. */
    readonly durationMs: Milliseconds;
    readonly memoryStats: MemoryStats | null;
  };
  readonly snapshots: readonly MemorySnapshot[];
  /** By name, those that allocated most first. */
  readonly sections: readonly SectionSummary[];
  /** The last ones, oldest first. */
  readonly sectionReports: readonly SectionReport[];
  readonly openSections: number;
  readonly efficiency: MemoryEfficiency;
  readonly memoryOptimizations: readonly MemorySuggestion[];
  /** What was given as `leakDetection`, for one file with everything in it; else `null`. */
  readonly leakDetection: unknown;
}

/** What goes into a report beside what the profiler knows. */
export interface MemoryReportOptions {
  /** Put into the report as it is: `getLeakReport()` of `watertight/leak`, say. Must be plain data. */
  readonly leakDetection?: unknown;
}

export interface Known {
  readonly atMs: Milliseconds;
  readonly snapshots: readonly MemorySnapshot[];
  readonly reports: readonly SectionReport[];
  readonly summaries: readonly SectionSummary[];
  readonly open: number;
}

const rules: Rules = { leakDetection: anything };

function statsOf(values: readonly Bytes[]): FigureStats {
  return {
    min: Math.min(...values),
    max: Math.max(...values),
    avg: Math.round(values.reduce((sum, value) => sum + value, 0) / values.length),
    current: values.at(-1) ?? 0,
  };
}

/** Lowest, highest, mean and last value of each figure; `null` without snapshots. */
export function memoryStatsOf(snapshots: readonly MemorySnapshot[]): MemoryStats | null {
  if (snapshots.length === 0) return null;
  return {
    rssBytes: statsOf(snapshots.map((one) => one.rssBytes)),
    heapUsedBytes: statsOf(snapshots.map((one) => one.heapUsedBytes)),
    externalBytes: statsOf(snapshots.map((one) => one.externalBytes)),
  };
}

/** Throws WT_INVALID_OPTION. */
export function memoryReport(known: Known, options: MemoryReportOptions = {}): MemoryReport {
  checkOptions('generateMemoryReport', options, rules);
  const { snapshots } = known;
  const efficiency = efficiencyOf(snapshots);
  return {
    schema: 'watertight-memory-report/1',
    generatedAt: isoTime(known.atMs),
    node: process.version,
    profilingSummary: {
      totalSnapshots: snapshots.length,
      durationMs: (snapshots.at(-1)?.atMs ?? 0) - (snapshots[0]?.atMs ?? 0),
      memoryStats: memoryStatsOf(snapshots),
    },
    snapshots: [...snapshots],
    sections: known.summaries,
    sectionReports: known.reports,
    openSections: known.open,
    efficiency,
    memoryOptimizations: suggestionsOf({ snapshots, efficiency }),
    leakDetection: options.leakDetection ?? null,
  };
}

/** Rejects with what the file system says; then the file is as it was. */
export async function writeMemoryReport(file: string, report: MemoryReport): Promise<void> {
  const fresh = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await writeFile(fresh, `${JSON.stringify(report, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    await rename(fresh, file);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}
