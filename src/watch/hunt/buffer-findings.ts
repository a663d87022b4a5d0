import type { Finding } from '../../wire/index.ts';

/** Buffers of one place that make up this share of what grows outside of the heap are what grows. */
const leastShare = 0.5;

function isOpen(rule: string): (finding: Finding) => boolean {
  return (finding) => finding.rule === rule && finding.closed === null;
}

function isOfProcess(a: Finding, b: Finding): boolean {
  return a.processes.some((key) => b.processes.includes(key));
}

function makesUp(buffers: Finding, sum: Finding): boolean {
  return (buffers.rate?.bytesPerSecond ?? 0) >= leastShare * (sum.rate?.bytesPerSecond ?? Infinity);
}

/** Sampled late, for only memory that grows makes us look: what the sum of all buffers has proven meanwhile is proven of the place that makes up most of it. */
function proven(finding: Finding, sums: readonly Finding[]): Finding {
  if (!isOpen('buffer-survivors')(finding) || finding.level === 'leak') return finding;
  const sum = sums.find((each) => each.leakMs !== null && isOfProcess(each, finding) && makesUp(finding, each));
  return sum?.leakMs == null ? finding : { ...finding, level: 'leak', leakMs: Math.max(sum.leakMs, finding.openedMs) };
}

/**
 * Brings together what is known of memory outside of the heap: places whose buffers survive, and the sum of it all. Where the buffers have a line their
 * sum says nothing new, unless it is proven and they are not.
 */
export function withBuffers(survivors: readonly Finding[], counters: readonly Finding[]): readonly Finding[] {
  const sums = counters.filter(isOpen('counter-external'));
  const places = survivors.map((finding) => proven(finding, sums));
  const named = places.filter(isOpen('buffer-survivors'));
  const isTold = (sum: Finding): boolean =>
    named.some((place) => isOfProcess(place, sum) && (place.level === 'leak' || sum.level === 'suspect'));
  return [...places, ...counters.filter((counter) => !sums.includes(counter) || !isTold(counter))];
}
