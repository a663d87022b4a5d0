import type { Finding } from '../../wire/index.ts';
import type { RunData } from '../assemble/run-data.ts';
import type { SiteTable } from '../sites/site-table.ts';
import { withBuffers } from './buffer-findings.ts';
import { counterFindings } from './counter-findings.ts';
import type { ThreadOf } from './judged-windows.ts';
import { judgeWindows } from './judged-windows.ts';
import { mergeFindings } from './merge-findings.ts';
import { survivorFinding } from './survivor-findings.ts';

/** A thread with the time, on its own scale, up to which it is told of. */
export interface HuntedThread extends ThreadOf {
  readonly endMs: number;
}

/** What the hunt found in the judged threads: leaks and suspects with their line, the most urgent first; what closed itself comes last. */
export function huntFindings(data: RunData, threads: readonly HuntedThread[], sites: SiteTable): readonly Finding[] {
  const survivors = threads.flatMap((at) => judgeWindows(at).map((found) => survivorFinding(data, found, sites)));
  const counters = counterFindings({ data, sites, survivors }, threads);
  return mergeFindings(withBuffers(survivors, counters), (site) => sites.get(site)?.line ?? 0);
}
