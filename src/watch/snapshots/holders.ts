import type { CodePlace, HeldBy, StayedClass } from '../../snapshot/index.ts';
import type { Finding } from '../../wire/index.ts';
import { snapshotGuide } from '../hunt/suggestions.ts';
import type { WatchedProcess } from '../assemble/process-group.ts';
import type { ThreadData } from '../data/thread-data.ts';
import type { SiteTable } from '../sites/site-table.ts';
import type { Stayed } from './stayed-file.ts';

interface Holders {
  readonly stayed: Stayed;
  readonly thread: ThreadData;
  readonly sites: SiteTable;
}

function siteOf({ thread, sites }: Holders, at: CodePlace, label: string): number | null {
  const name = /^(?:.*: )?\(closure\) ?(.*)$/.exec(label)?.[1] ?? '';
  return sites.ofFrames(thread, [[at.file, at.line, at.column, name]], () => undefined);
}

/** How well what stayed fits a finding: 2 the same place or constructor, 1 a constructor that it called, 0 nothing in common. */
function fit(holders: Holders, finding: Finding, kind: StayedClass): number {
  const { allocation, objectType } = finding;
  if (kind.name === objectType) return 2;
  const places = kind.paths.flatMap(({ example }) => (example.at === null ? [] : [siteOf(holders, example.at, kind.name)]));
  const ownSites =
    allocation === null ? [finding.site] : [finding.site, ...allocation.path, ...allocation.callees.map(({ site }) => site)];
  const files = new Set(ownSites.flatMap((site) => (site === null ? [] : [holders.sites.get(site)?.file ?? ''])));
  if (places.some((site) => site !== null && ownSites.includes(site))) return 2;
  if (allocation?.callees.some(({ label }) => label === kind.name) === true) return 1;
  return places.some((site) => site !== null && files.has(holders.sites.get(site)?.file ?? '-')) ? 1 : 0;
}

function told(holders: Holders, by: readonly HeldBy[]): Finding['heldBy'] {
  return by.map(({ label, at }) => ({ label, site: at === null ? null : siteOf(holders, at, label) }));
}

/**
 * Says of findings by whom their objects are held, as three snapshots tell: the kind of object that fits the finding best, and of several that
 * fit alike the one that keeps most alive. Where a thread has one finding only, that is what stayed, whether or not it fits by name.
 */
export function withHolders(
  findings: readonly Finding[],
  stayed: Stayed | null,
  processes: readonly WatchedProcess[],
  sites: SiteTable,
): readonly Finding[] {
  const process = processes.find(({ pid, main }) => pid === stayed?.thread.pid && main.header.start === stayed.thread.start);
  const thread = process?.threads.find(({ header }) => header.tid === stayed?.thread.tid);
  if (stayed === null || process === undefined || thread === undefined) return findings;
  const holders = { stayed, thread, sites };
  const hunted = findings.filter(({ rule, processes: of }) => rule === 'heap-survivors' && of.includes(process.key));
  return findings.map((finding) => {
    if (!hunted.includes(finding)) return finding;
    const ranked = stayed.classes.map((kind) => ({ kind, fits: fit(holders, finding, kind) }));
    const best = ranked.toSorted((a, b) => b.fits - a.fits)[0];
    if (best === undefined || (best.fits === 0 && hunted.length > 1)) return finding;
    const heldBy = told(holders, best.kind.paths[0]?.heldBy ?? []);
    return { ...finding, heldBy, try: finding.try.filter(({ guide }) => heldBy.length === 0 || guide !== snapshotGuide) };
  });
}
