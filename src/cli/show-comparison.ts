import { compareReports, renderComparison, wantsColor } from '../report/index.ts';
import type { Comparison, Confidence } from '../report/index.ts';
import { findReport } from '../watch/index.ts';
import { regressionStatus } from './exit.ts';

export interface CompareFlags {
  readonly json?: boolean;
  readonly all?: boolean;
  readonly minConfidence: Confidence;
}

function textOf(comparison: Comparison, flags: CompareFlags): string {
  const { isTTY, columns } = process.stdout;
  const color = wantsColor({ isTTY, env: process.env });
  return renderComparison(comparison, { color, all: flags.all === true, ...(isTTY && columns > 0 ? { width: columns } : {}) });
}

/** Prints the comparison on stdout; the status is 94 where something that counts is new or worse. Throws WT_NOT_FOUND, WT_REPORT_INVALID, WT_REPORT_NEWER. */
export function showComparison(before: string, after: string | undefined, flags: CompareFlags): void {
  const read = (what: string | undefined) => findReport(what, process.cwd(), process.env).report;
  const comparison = compareReports(read(before), read(after), { minConfidence: flags.minConfidence });
  process.stdout.write(flags.json === true ? `${JSON.stringify(comparison, null, 2)}\n` : textOf(comparison, flags));
  if (!comparison.ok) process.exitCode = regressionStatus;
}
