import type { PollRecord } from './records.ts';

const perSample = 3;

/** Most numbers of a list in one record: readers take no line of more than 1 MiB. */
export const maxPollNumbers: number = 8_192 * perSample;

/** Whether both are of one window, and folding them makes no record that is too long. */
export function canFold(earlier: PollRecord, later: PollRecord): boolean {
  const isShort = earlier[7].length + later[7].length <= maxPollNumbers && earlier[8].length + later[8].length <= maxPollNumbers;
  return isShort && earlier[2] === later[2];
}

/** A poll as records that are short enough, by ordinal: what is born is in the earlier ones up to their clock. */
export function splitPoll(poll: PollRecord): readonly PollRecord[] {
  const [kind, tMs, window, clock, heapUsedBytes, externalBytes, pauseUs, born, died] = poll;
  const count = Math.max(1, Math.ceil(Math.max(born.length, died.length) / maxPollNumbers));
  return Array.from({ length: count }, (_, index) => {
    const from = index * maxPollNumbers;
    const part = born.slice(from, from + maxPollNumbers);
    const partClock = from + maxPollNumbers >= born.length ? clock : (part.at(-2) ?? clock);
    return [kind, tMs, window, partClock, heapUsedBytes, externalBytes, pauseUs, part, died.slice(from, from + maxPollNumbers)];
  });
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
