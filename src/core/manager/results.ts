import { WatertightError } from '../../kernel/errors.ts';
import type { CloseReport, ReleaseOutcome } from '../words.ts';
import type { CleanupSummary, ResourceCleanupResult } from './words.ts';

/** The outcome of a release, under the id of the caller. */
export function resultOf(resourceId: string, outcome: ReleaseOutcome): ResourceCleanupResult {
  const { result, attempts, durationMs, error, verified = 'unverifiable' } = outcome;
  const success = result === 'released' || result === 'detached';
  return { resourceId, success, attempts, durationMs, verification: verified, ...(error === undefined ? {} : { error }) };
}

export function unknownId(resourceId: string, manager: string): ResourceCleanupResult {
  const error = new WatertightError('WT_NOT_FOUND', `cleanupResource: "${manager}" has no resource "${resourceId}"`);
  return { resourceId, success: false, attempts: 0, durationMs: 0, verification: 'unverifiable', error };
}

export function summaryOf(report: CloseReport): CleanupSummary {
  const failures = report.problems.map((problem) => resultOf(problem.name ?? String(problem.id), problem));
  return { success: report.ok, cleaned: report.released, failures };
}
