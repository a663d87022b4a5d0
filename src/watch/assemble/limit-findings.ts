import { judgeLimits } from '../../leak/index.ts';
import type { Finding } from '../../wire/index.ts';
import { fingerprint } from './fingerprint.ts';
import { limitsOf } from './memory-info.ts';
import type { WatchedProcess } from './process-group.ts';
import type { RunData } from './run-data.ts';

/** Below this share of the container's memory the limits are no concern of the run's. */
const worthTelling = 0.5;

/** The heap limit is above the container's, and the program has come near enough for it to matter. */
export function limitFindings(data: RunData, lead: WatchedProcess | undefined): readonly Finding[] {
  if (lead === undefined) return [];
  const found = judgeLimits({
    limits: limitsOf(data, lead).map(({ name, bytes }) => ({ name, bytes })),
    peakRssBytes: lead.peakRssBytes,
  });
  if (found === null || lead.peakRssBytes < worthTelling * found.limit.bytes) return [];
  return [
    {
      id: fingerprint('limit', lead.role, found.limit.name),
      rule: 'heap-limit-above-container',
      level: 'limit',
      severity: null,
      site: null,
      objectType: null,
      what: found.why,
      processes: [lead.key],
      openedMs: 0,
      leakMs: null,
      closed: null,
      rate: null,
      limit: { name: found.limit.name, bytes: found.limit.bytes, reachedInMs: null },
      evidence: { collections: null, cohorts: null, survivors: null, points: null },
      allocation: null,
      heldBy: [],
      lookalikes: [],
      try: [],
    },
  ];
}
