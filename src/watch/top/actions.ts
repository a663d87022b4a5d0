import { join } from 'node:path';
import type { Clock } from '../../kernel/clock/index.ts';
import { isoTime } from '../../kernel/clock/index.ts';
import { formatBytes, formatDuration } from '../../kernel/format.ts';
import { Line } from '../ask/line.ts';
import type { TopRow } from './rows.ts';

const snapshotMs = 600_000;

function failed(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function asking(row: TopRow, clock: Clock, ask: (line: Line) => Promise<string>): Promise<string> {
  const { pid, start } = row.main.header;
  let line: Line | undefined;
  try {
    line = await Line.open(row.run.directory, { pid, start, tid: 0 }, { clock });
    return await ask(line);
  } catch (error) {
    return failed(error);
  } finally {
    line?.close();
  }
}

/** Forces a full collection in the program; answers what to say of it. Never rejects. */
export function collect(row: TopRow, clock: Clock): Promise<string> {
  return asking(row, clock, async (line) => {
    const { beforeBytes, afterBytes, pauseMs } = await line.ask({ ask: 'collect' });
    return `collected in process ${row.pid}: ${formatBytes(beforeBytes)} → ${formatBytes(afterBytes)} of heap, it stood still for ${formatDuration(pauseMs)}`;
  });
}

/** Where the snapshot of a process would go. */
export function snapshotPath(row: TopRow, cwd: string, clock: Clock): string {
  return join(cwd, `watertight-${row.pid}-${isoTime(clock.now()).slice(11, 19).replaceAll(':', '')}.heapsnapshot`);
}

/** What a snapshot would take; undefined in place of a question when it would be refused. Never rejects. */
export async function estimate(
  row: TopRow,
  path: string,
  clock: Clock,
): Promise<{ readonly text: string; readonly isOffered: boolean }> {
  let isOffered = false;
  const text = await asking(row, clock, async (line) => {
    const answer = await line.ask({ ask: 'estimate', path });
    if (answer.refusal !== null) return `no snapshot: ${answer.refusal}`;
    isOffered = true;
    const [low, high] = answer.stopMs.map((ms) => formatDuration(ms));
    return `y takes a snapshot: process ${row.pid} stands still for ${low} to ${high} and needs ${formatBytes(answer.memoryBytes)} more memory, ${formatBytes(answer.diskBytes)} of disk`;
  });
  return { text, isOffered };
}

/** Takes the snapshot; answers what to say of it. Never rejects. */
export function snapshot(row: TopRow, path: string, clock: Clock): Promise<string> {
  return asking(row, clock, async (line) => {
    const { bytes, stopMs } = await line.ask({ ask: 'snapshot', path }, { withinMs: snapshotMs });
    return `snapshot of ${formatBytes(bytes)} in ${path}; it stood still for ${formatDuration(stopMs)}`;
  });
}
