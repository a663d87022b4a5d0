import type { EstimateAnswer, SnapshotAnswer } from '../../wire/index.ts';
import { WatertightError } from '../../kernel/errors.ts';
import { formatBytes, formatDuration } from '../../kernel/format.ts';
import type { Line } from '../ask/line.ts';

/** A thread stands still for minutes at most; what takes longer is given up waiting for. */
const waitMs = 30 * 60_000;

/** What a snapshot costs, in a line: before it is taken. */
export function estimateText(estimate: EstimateAnswer, count: number = 1): string {
  const [low, high] = estimate.stopMs;
  const each = count === 1 ? 'a snapshot stops' : `taking ${count} heap snapshots; each stops`;
  return (
    `${each} the program for about ${formatDuration(low)} to ${formatDuration(high)}, and takes up to ${formatBytes(estimate.memoryBytes)} of memory` +
    ` (${formatBytes(estimate.freeMemoryBytes)} free) and ${formatBytes(estimate.diskBytes)} of disk`
  );
}

/** Asks what a snapshot would cost, says so, and takes it. Rejects with WT_SNAPSHOT_REFUSED, WT_NO_ANSWER, WT_NOT_AVAILABLE. */
export async function takeSnapshot(line: Line, path: string, say: (text: string) => void): Promise<SnapshotAnswer> {
  const estimate = await line.ask({ ask: 'estimate', path });
  if (estimate.refusal !== null) throw new WatertightError('WT_SNAPSHOT_REFUSED', estimate.refusal);
  say(estimateText(estimate));
  return line.ask({ ask: 'snapshot', path }, { withinMs: waitMs });
}
