import type { PollRecord } from './records.ts';

const perSample = 3;

/** Whether both are of one window, and folding them makes no record of more than `maxBorn` samples. */
export function canFold(earlier: PollRecord, later: PollRecord, maxBorn: number): boolean {
  return earlier[2] === later[2] && earlier[7].length + later[7].length <= maxBorn * perSample;
}

/**
 * Two polls of one window, the later right after the earlier, as one: its cohort is that of both, and what was born in the earlier one
 * and died before the later one was never there. What is read from the folded series is what would be read from a series that was polled more rarely.
 */
export function foldPolls(earlier: PollRecord, later: PollRecord): PollRecord {
  const died = new Set(later[8]);
  const born: number[] = [];
  const before = earlier[7];
  for (let at = 0; at + 2 < before.length; at += perSample) {
    const ordinal = before[at + 1] ?? 0;
    if (!died.delete(ordinal)) born.push(before[at] ?? 0, ordinal, before[at + 2] ?? 0);
  }
  const [kind, tMs, window, clock, heapUsedBytes, externalBytes, pauseUs] = later;
  return [
    kind,
    tMs,
    window,
    clock,
    heapUsedBytes,
    externalBytes,
    Math.max(earlier[6], pauseUs),
    born.concat(later[7]),
    earlier[8].concat([...died]),
  ];
}
