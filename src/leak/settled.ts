import type { Bytes } from '../kernel/units.ts';
import type { Evidence } from './evidence.ts';
import { verdict } from './evidence.ts';
import { envelopeOf, isGrowing } from './growth.ts';
import type { GrowthVerdict } from './series.ts';
import { formatBytes, formatBytesRange, formatCounted, formatDuration } from '../kernel/format.ts';

/** Growth of resident memory below this is the heap's own room for garbage, and no remark is made. */
const leastResidentGrowth: Bytes = 64 * 1024 ** 2;
/** The end of the run that must be flat for "it stopped". */
const tailShare = 0.3;
/** A rise over the whole run that is worth telling, and a change in its tail that is not: shares of the highest level. */
const notable = 0.1;
const flat = 0.03;

/** What happened instead of growing, in words. */
function course({ points, spanMs }: Evidence): string {
  const levels = points.map((point) => point.liveBytes);
  const [lowest, highest] = [Math.min(...levels), Math.max(...levels)];
  const tail = points.slice(Math.floor(points.length * (1 - tailShare)));
  const tailLevels = tail.map((point) => point.liveBytes);
  const tailRange = Math.max(...tailLevels) - Math.min(...tailLevels);
  const rise = (levels.at(-1) ?? 0) - (levels[0] ?? 0);
  const seen = `${formatCounted(points.length, 'full collection')} over ${formatDuration(spanMs)}`;
  if (rise > notable * highest && tailRange < flat * highest) {
    const still = formatDuration((points.at(-1)?.tMs ?? 0) - (tail[0]?.tMs ?? 0));
    return `what full collections leave in use rose by ${formatBytes(rise)} and then stopped: level for the last ${still} (${seen})`;
  }
  return `what full collections leave in use stayed between ${formatBytesRange(lowest, highest, 'and')}, without a steady rise (${seen})`;
}

/** Resident memory that rises while the heap does not is outside of what is judged here; it is said, not judged. */
function residentRemark({ input }: Evidence): string {
  const rss = input.rss ?? [];
  const envelope = envelopeOf(rss);
  if (envelope.length < 6 || !isGrowing(envelope, leastResidentGrowth)) return '';
  const grown = (envelope.at(-1)?.[1] ?? 0) - (envelope[0]?.[1] ?? 0);
  return `; rss rose by ${formatBytes(grown)} meanwhile, outside the heap: native memory, or pages not given back yet; not judged`;
}

/** Enough was seen, and it neither grew nor jumped. This is not "no leak": a leak that is too slow for the time looks the same. */
export function settled(evidence: Evidence): GrowthVerdict {
  return verdict('not-growing', evidence, { why: `${course(evidence)}${residentRemark(evidence)}` });
}
