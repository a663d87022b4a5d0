import type { Bytes } from '../../kernel/units.ts';
import type { CohortEvidence } from './evidence.ts';

const kibibyte: Bytes = 1024;
/** Less is noise. */
const leastBytes: Bytes = 512 * kibibyte;
/** So much V8 keeps of what runs, as optimized code, feedback and shapes: clean programs that compile came to 1.2 MB in 38 s. */
const mostOfCode: Bytes = 1.5 * kibibyte * kibibyte;
/** It gets less, but goes on for minutes: what comes as slowly must be more. */
const slowBytesPerSecond = 64 * kibibyte;
const mostOfCodeInMinutes: Bytes = 4 * kibibyte * kibibyte;
/** By less the heap itself rises and falls: at 100 MB by half a megabyte from one collection to the next. */
const leastShareOfHeap = 0.02;
/** The second half against the first one, and the last 30 % against all: in those programs .37 to .86 and .11 to .25 from 24 s on, of slow leaks .91 and .27 or more in nine of ten polls. */
const leastSecondHalf = 0.75;
const leastLastPart = 0.25;

type Evidence = Pick<CohortEvidence, 'bytes' | 'span' | 'survivors' | 'firstHalf' | 'secondHalf' | 'lastPart'>;

function isEven({ firstHalf, secondHalf, lastPart, survivors }: Evidence): boolean {
  return secondHalf >= leastSecondHalf * firstHalf && lastPart >= leastLastPart * survivors;
}

/** Whether what survives is more than a heap of this size keeps and loses by itself, or comes as what V8 keeps does not: at the same pace all the time. */
export function keepsEnough(evidence: Evidence, heapUsedBytes: Bytes): boolean {
  const { bytes, span } = evidence;
  if (bytes < Math.max(leastBytes, leastShareOfHeap * heapUsedBytes)) return false;
  const isSlow = bytes * 1000 < slowBytesPerSecond * span.spanMs;
  return bytes >= (isSlow ? mostOfCodeInMinutes : mostOfCode) || isEven(evidence);
}
