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

/** What V8 knows of, or shared array buffers: which sum the buffers of a place are part of. */
function isPartOf(buffers: Finding, sum: Finding): boolean {
  return isOfProcess(sum, buffers) && (sum.rule === 'counter-shared') === (buffers.objectType === 'SharedArrayBuffer');
}

/** Where they are sampled late, for only memory that grows makes us look: what the sum of all buffers has proven meanwhile is proven of the place that makes up most of it. */
function proven(finding: Finding, sums: readonly Finding[]): Finding {
  if (!isOpen('buffer-survivors')(finding)) return finding;
  const sum = sums.find((each) => each.leakMs !== null && isPartOf(finding, each) && makesUp(finding, each));
  if (sum?.leakMs == null) return finding;
  const leakMs = Math.min(finding.leakMs ?? Infinity, Math.max(sum.leakMs, finding.openedMs));
  return { ...finding, level: 'leak', leakMs };
}

/**
 * Brings together what is known of memory outside of the heap: places whose buffers survive, and the sum of it all. Where the buffers have a line their
 * sum says nothing new, unless it is proven and they are not.
 */
export function withBuffers(survivors: readonly Finding[], counters: readonly Finding[]): readonly Finding[] {
  const sums = counters.filter((counter) => isOpen('counter-external')(counter) || isOpen('counter-shared')(counter));
  const places = survivors.map((finding) => proven(finding, sums));
  const named = places.filter(isOpen('buffer-survivors'));
  const isTold = (sum: Finding): boolean =>
    named.some((place) => isPartOf(place, sum) && (place.level === 'leak' || sum.level === 'suspect'));
  return [...places, ...counters.filter((counter) => !sums.includes(counter) || !isTold(counter))];
}
