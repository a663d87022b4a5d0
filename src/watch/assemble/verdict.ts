import type { Finding, Left, OpenGroup, Verdict, VerdictLevel } from '../../wire/index.ts';
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
  readonly open: readonly OpenGroup[];
  readonly left: readonly Left[];
  readonly failOn: FailOnInput;
  readonly rules: readonly FailOnRule[];
  readonly run: RunData['run'];
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

/** The status of `watertight run`: the program's own, or that of the first rule hit where the program ended with 0. */
function exitStatus(input: VerdictInput, hits: readonly FailOnRule[]): number | null {
  const end = input.run.end;
  if (end === null) return null;
  const first = hits[0];
  if (end.code === 0 && first !== undefined) return failOnStatus[first];
  return end.code;
}

export function verdictOf(input: VerdictInput): Verdict {
  const failOn = input.rules.map((rule) => ({ rule, hit: isHit(rule, input.failOn) }));
  const hits = input.rules.filter((_, index) => failOn[index]?.hit === true);
  const status = exitStatus(input, hits);
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
