import type { UsedLimit } from '../../leak/index.ts';
import { severityOfBytes, tightestAhead } from '../../leak/index.ts';
import type { Finding, FindingAllocation, Site } from '../../wire/index.ts';
import { fingerprint } from '../assemble/fingerprint.ts';
import { limitsOf } from '../assemble/memory-info.ts';
import { bytesPerRequest } from '../assemble/requests.ts';
import type { RunData } from '../assemble/run-data.ts';
import type { SiteTable } from '../sites/site-table.ts';
import type { SampledFinding, ThreadOf } from './judged-windows.ts';
import { leafLabel, leafSite, pathOf, siteOf, stablePath } from './places.ts';
import { suggestFor, suggestForCounter, suggestForLine, suggestSnapshots } from './suggestions.ts';

const constructorName = /^[A-Z][\w$]*[a-z][\w$]*$/;

/** What counts against each limit now: this thread's heap against the heap's, resident memory against all others. */
export function usedLimits(data: RunData, { process, thread }: ThreadOf): readonly UsedLimit[] {
  const last = thread.samples.last;
  const rss = process.main.samples.last?.[2] ?? process.peakRssBytes;
  return limitsOf(data, process).map(({ name, bytes }) => ({ name, bytes, usedBytes: name === 'heap' ? (last?.[3] ?? 0) : rss }));
}

/** The milliseconds between the start of the run and that of the thread. */
export function offsetOf(data: RunData, thread: ThreadOf['thread']): number {
  return thread.header.t0 - data.run.startedAtMs;
}

function runTime(data: RunData, found: SampledFinding, tMs: number): number {
  return Math.max(0, Math.round(tMs + offsetOf(data, found.thread)));
}

/** What was called last to make the survivors; one entry for each name. */
function calleesOf(found: SampledFinding, sites: SiteTable): FindingAllocation['callees'] {
  const byLabel = new Map<string, FindingAllocation['callees'][number]>();
  for (const leaf of found.finding.leaves) {
    const site = leafSite(found, leaf, sites);
    const name = leafLabel(found.series.functions, leaf);
    const line = site === null ? undefined : sites.get(site)?.line;
    const label = name === '' && line !== undefined ? `(line ${line})` : name;
    if (label === '') continue;
    const share = Math.round(((byLabel.get(label)?.share ?? 0) + leaf.share) * 100) / 100;
    byLabel.set(label, { label, site, share });
  }
  return [...byLabel.values()];
}

function allocationOf(data: RunData, found: SampledFinding, sites: SiteTable): FindingAllocation {
  const { finding } = found;
  const at = (tMs: number): number => runTime(data, found, tMs);
  return {
    objects: Math.round(finding.objects),
    bytes: Math.round(finding.bytes),
    spanMs: Math.round((finding.cohorts.at(-1)?.toMs ?? 0) - (finding.cohorts[0]?.fromMs ?? 0)),
    path: pathOf(found, sites),
    callees: calleesOf(found, sites),
    cohorts: finding.cohorts.map(({ fromMs, toMs, born, alive }) => [at(fromMs), at(toMs), born, alive] as const),
  };
}

/** The type of the objects, where what was called last is a constructor by its name. */
function objectTypeOf({ callees }: FindingAllocation): string | null {
  const label = callees[0]?.label ?? '';
  return constructorName.test(label) ? label : null;
}

/** Names what the site is called by when builds and machines differ: file and function; a function without a name takes its caller's. */
function identityOf(site: Site | undefined, path: readonly number[], sites: SiteTable): readonly string[] {
  if (site === undefined) return ['unknown'];
  const named = path.toReversed().find((id) => (sites.get(id)?.function ?? '') !== '');
  const caller = site.function === '' && named !== undefined ? `in ${sites.get(named)?.function ?? ''}` : '';
  return [stablePath(site), site.function, caller];
}

/** Memory outside of the heap by what was called to make it: any of `Buffer`, or a constructor. */
const outside = {
  Buffer: { what: 'buffers made here survive, steadily and still: memory outside of the heap', counter: 'external' },
  SharedArrayBuffer: {
    what: 'shared array buffers made here survive, steadily and still: memory outside of the heap',
    counter: 'shared',
  },
  'WebAssembly.Memory': {
    what: 'memories of WebAssembly made here survive, steadily and still: outside of the heap',
    counter: 'wasm',
  },
} as const;

function outsideTypeOf({ callees }: FindingAllocation): keyof typeof outside {
  const label = callees[0]?.label;
  return label === 'SharedArrayBuffer' || label === 'WebAssembly.Memory' ? label : 'Buffer';
}

function advice({ sort, finding }: SampledFinding, allocation: FindingAllocation, site: Site | undefined): Finding['try'] {
  if (finding.outgrows) return suggestForLine();
  const first =
    sort === 'buffers' ? suggestForCounter(outside[outsideTypeOf(allocation)].counter) : suggestFor(allocation.callees);
  return site?.package ? [...first, ...suggestSnapshots(site.package.name)] : first;
}

const rules = { heap: 'heap-survivors', buffers: 'buffer-survivors' } as const;
const what = {
  heap: 'objects made in this function survive, steadily and still',
  outgrows: 'more is made in this function than is let go of, in turn: what waits grows, steadily and still',
} as const;

function whatOf({ finding, sort }: SampledFinding, allocation: FindingAllocation): string {
  if (finding.outgrows) return what.outgrows;
  return sort === 'heap' ? what.heap : outside[outsideTypeOf(allocation)].what;
}

const lookalikes = {
  survives: 'a cache that is still filling: it looks the same until it evicts',
  outgrows: 'a peak of the load: what waits is worked off after it',
} as const;

/** Memory outside of the heap counts against no limit of the heap. */
function limitAhead(data: RunData, found: SampledFinding): ReturnType<typeof tightestAhead> {
  const limits = usedLimits(data, found).filter(({ name }) => found.sort === 'heap' || name !== 'heap');
  return tightestAhead(limits, found.finding.rate.bytesPerSecond);
}

/** A place in the code whose objects survive, as a finding of the report. */
export function survivorFinding(data: RunData, found: SampledFinding, sites: SiteTable): Finding {
  const { finding, process, sort } = found;
  const id = siteOf(found, sites);
  const allocation = allocationOf(data, found, sites);
  const ahead = limitAhead(data, found);
  const site = id === null ? undefined : sites.get(id);
  return {
    id: fingerprint(rules[sort], ...identityOf(site, allocation.path, sites)),
    rule: rules[sort],
    level: finding.level,
    severity: severityOfBytes(finding.rate.bytesPerSecond, ahead?.reachedInMs ?? null),
    site: id,
    objectType: sort === 'buffers' ? outsideTypeOf(allocation) : objectTypeOf(allocation),
    what: whatOf(found, allocation),
    processes: [process.key],
    openedMs: runTime(data, found, finding.suspectMs),
    leakMs: finding.leakMs === null ? null : runTime(data, found, finding.leakMs),
    closed: finding.closed === null ? null : { tMs: runTime(data, found, finding.closed.tMs), why: finding.closed.why },
    rate: { ...finding.rate, perRequestBytes: bytesPerRequest(process, finding.rate.bytesPerSecond, allocation.spanMs) },
    limit: ahead === null ? null : { name: ahead.limit.name, bytes: ahead.limit.bytes, reachedInMs: ahead.reachedInMs },
    evidence: { collections: finding.collections, cohorts: finding.cohorts.length, survivors: finding.survivors, points: null },
    allocation,
    heldBy: [],
    lookalikes: finding.closed === null ? [lookalikes[finding.outgrows ? 'outgrows' : 'survives']] : [],
    try: finding.closed === null ? advice(found, allocation, site) : [],
  };
}
