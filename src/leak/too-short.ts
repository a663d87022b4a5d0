import type { Detector, Evidence } from './evidence.ts';
import { fewestPoints, isEnough, shortestSpanMs, verdict } from './evidence.ts';
import { formatCounted, formatDuration } from '../kernel/format.ts';

/** How much longer it would take: the time that is missing, or the collections that are missing at their present pace. */
function missingMs({ points, spanMs, input }: Evidence): number {
  const missingPoints = Math.max(0, fewestPoints - points.length);
  const pace = points.length >= 2 ? spanMs / (points.length - 1) : input.durationMs;
  return Math.max(shortestSpanMs - spanMs, points.length >= 2 ? missingPoints * pace : 0);
}

/** Fewer than six full collections, or less than 30 s from the first to the last. */
export const tooShort: Detector = (evidence) => {
  if (isEnough(evidence.points)) return null;
  const { points, spanMs, input } = evidence;
  const seen = formatCounted(points.length, 'full collection');
  const over = points.length >= 2 ? ` within ${formatDuration(spanMs)}` : '';
  const more = formatDuration(Math.ceil(missingMs(evidence) / 1000) * 1000);
  return verdict('too-short', evidence, {
    why: `watched for ${formatDuration(input.durationMs)}, ${seen}${over}`,
    wouldBeEnough: `about ${more} more under load: ${fewestPoints} full collections over ${formatDuration(shortestSpanMs)} decide`,
  });
};
