import { WatertightError } from '../../kernel/errors.ts';
import { formatBytes, formatCount } from '../../kernel/format.ts';
import { sayCodeSite } from '../../leak/in-process/code-sites.ts';
import type { KeptBy, NoLeakReport } from './words.ts';

const shownCallers = 4;

function lineOf({ site, calledFrom, bytesPerCall, survivors, rounds }: KeptBy): string {
  const callers = calledFrom
    .slice(-shownCallers)
    .toReversed()
    .map((caller) => `\n      called by ${sayCodeSite(caller)}`);
  return (
    `\n  ${sayCodeSite(site)} keeps about ${formatBytes(bytesPerCall)} per call` +
    `\n      ${formatCount(survivors)} sampled objects of ${rounds} rounds survive the collections after them${callers.join('')}`
  );
}

function course({ liveBytes, calls }: NoLeakReport): string {
  const [first = 0, last = 0] = [liveBytes[0], liveBytes.at(-1)];
  return `\n  in use after collections: ${formatBytes(first)}, ${formatBytes(last)} after ${formatCount(calls)} calls`;
}

/** A function keeps memory call after call. Code WT_LEAK_FOUND. */
export class LeakFoundError extends WatertightError {
  override readonly name: string = 'LeakFoundError';
  readonly report: NoLeakReport;

  constructor(whose: string, report: NoLeakReport) {
    const where =
      report.kept.length > 0
        ? report.kept.map(lineOf).join('')
        : '\n  no line can be blamed: it is outside of the heap (native memory, buffers), or too spread out for its samples';
    super(
      'WT_LEAK_FOUND',
      `${whose} leaks: ${formatBytes(Math.max(0, report.growthPerCall))} more in use with each call${where}${course(report)}` +
        '\n  a cache that is still filling looks the same: give it more calls before, with `warmUp`\n',
    );
    this.report = report;
  }
}
