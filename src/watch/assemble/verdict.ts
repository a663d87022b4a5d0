import { countsAs } from '../early/orderly.ts';
import type { Finding, Site, Verdict, VerdictLevel } from '../../wire/index.ts';
import { formatByteRate, formatCounted } from '../../kernel/format.ts';
import { placeText } from '../hunt/places.ts';
import { failOnStatus, isHit } from './fail-on.ts';
import type { FailOnInput } from './fail-on.ts';
import type { ThreadVerdict } from './judge.ts';
import { worse } from './judge.ts';
import type { WatchedProcess } from './process-group.ts';
import type { FailOnRule, RunData } from './run-data.ts';

export interface VerdictInput {
  readonly lead: WatchedProcess | undefined;
  readonly threads: readonly ThreadVerdict[];
  readonly findings: readonly Finding[];
  readonly failOn: FailOnInput;
  readonly rules: readonly FailOnRule[];
  readonly run: RunData['run'];
  readonly site: (id: number) => Site | undefined;
}

/** The main thread of the leading process speaks for the run unless another thread did worse. */
function decisive(input: VerdictInput): ThreadVerdict | undefined {
  const lead = input.threads.find(({ process, thread }) => process === input.lead && thread === process.main);
  let found = lead ?? input.threads[0];
  for (const candidate of input.threads) {
    if (found !== undefined && isFinding(candidate.growth.level) && worse(candidate.growth.level, found.growth.level))
      found = candidate;
  }
  return found;
}

function isFinding(level: VerdictLevel): boolean {
  return level !== 'not-growing' && level !== 'too-short';
}

function whose(found: ThreadVerdict, input: VerdictInput): string {
  if (found.process === input.lead && found.thread === found.process.main) return '';
  const thread = found.thread === found.process.main ? '' : `, thread ${found.thread.header.name ?? found.thread.header.tid}`;
  return ` (process ${found.process.pid}${thread})`;
}

/** The status of `watertight run`: the program's own, or that of the first rule hit where the program ended with 0, or goes on. */
function exitStatus(input: VerdictInput, hits: readonly FailOnRule[]): number | null {
  const first = hits[0];
  if (input.run.end === null) return first === undefined ? null : failOnStatus(first);
  const end = countsAs(input.run.end, input.run.end.stopped ?? null);
  if (end.code === 0 && first !== undefined) return failOnStatus(first);
  return end.code;
}

/** What the hunt found leads: it names a place, where a trend names none. */
function huntVerdict(input: VerdictInput): Pick<Verdict, 'level' | 'why'> | undefined {
  const found = input.findings.filter(({ closed, level }) => closed === null && (level === 'leak' || level === 'suspect'));
  const first = found.find(({ level }) => level === 'leak') ?? found[0];
  if (first === undefined || (first.level !== 'leak' && first.level !== 'suspect')) return undefined;
  const more = found.length === 1 ? '' : `, and ${formatCounted(found.length - 1, 'more finding')}`;
  return { level: first.level, why: `${sayFinding(first, input.site)}${more}` };
}

function sayFinding({ site, rate, what }: Finding, sites: VerdictInput['site']): string {
  const place = site === null ? undefined : sites(site);
  if (place === undefined) return what;
  return rate === null ? `${placeText(place)}: ${what}` : `${placeText(place)} keeps ${formatByteRate(rate)}`;
}

export function verdictOf(input: VerdictInput): Verdict {
  const failOn = input.rules.map((rule) => ({ rule, hit: isHit(rule, input.failOn) }));
  const hits = input.rules.filter((_, index) => failOn[index]?.hit === true);
  const status = exitStatus(input, hits);
  const hunted = huntVerdict(input);
  if (hunted !== undefined) return { ...hunted, wouldBeEnough: null, failOn, exitStatus: status };
  const found = decisive(input);
  if (found === undefined) {
    return {
      level: 'too-short',
      why: 'no program ran in Node 20 or later, beside what launched it',
      wouldBeEnough: null,
      failOn,
      exitStatus: status,
    };
  }
  const { growth } = found;
  return {
    level: growth.level,
    why: `${growth.why}${whose(found, input)}`,
    wouldBeEnough: growth.wouldBeEnough,
    failOn,
    exitStatus: status,
  };
}
