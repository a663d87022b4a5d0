import type { Bytes } from '../../kernel/units.ts';
import type { LiveSample } from './heap-session.ts';

/** Fewer samples than this say nothing. */
const leastSamples = 8;

/**
 * The interval that somebody else's sampler was started with. A sample of `size` bytes stands for `size / (1 - e^(-size / interval))` bytes, which
 * is what V8 tells: for small objects the interval and a few bytes more. 0 when there are too few samples.
 */
export function estimateInterval(samples: readonly LiveSample[]): Bytes {
  if (samples.length < leastSamples) return 0;
  return samples.reduce((least, { size }) => Math.min(least, size), Number.POSITIVE_INFINITY);
}
