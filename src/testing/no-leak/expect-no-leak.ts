import { codeSites } from '../../leak/in-process/code-sites.ts';
import type { SurvivorFinding } from '../../leak/index.ts';
import { withExactLines } from './exact-lines.ts';
import { growthPerRound, isSteadyGrowth, stillShows } from './growth.ts';
import { LeakFoundError } from './leak-found-error.ts';
import type { NoLeakOptions } from './options.ts';
import { noLeakSettings, rounds as roundCount } from './options.ts';
import type { Repeated, Rounds } from './rounds.ts';
import { runRounds } from './rounds.ts';
import type { KeptBy, NoLeakReport } from './words.ts';

/** So many samples of a place must survive to be named, and about this share of the calls is judged. */
const fewestSamples = 12;
const judgedShare = 0.6;

function perRound({ bytes, cohorts }: SurvivorFinding): number {
  return bytes / Math.max(1, cohorts.length);
}

/** What survivors prove and what is in use still shows; what they only suspect where that rises steadily as well. */
function leaksOf(rounds: Rounds, leastPerRound: number): readonly SurvivorFinding[] {
  const isSteady = isSteadyGrowth(rounds, leastPerRound, 'suspect');
  return rounds.survivors.findings.filter(
    (finding) =>
      finding.closed === null &&
      (finding.level === 'leak' || isSteady) &&
      perRound(finding) >= leastPerRound &&
      stillShows(rounds, perRound(finding)),
  );
}

function keptBy({ series, iterations }: Rounds, finding: SurvivorFinding): KeptBy {
  const { frame, path, survivors, cohorts } = finding;
  const named = [frame, ...path.filter((each) => each !== frame)].flatMap((index) => series.functions[index] ?? []);
  const [site = { file: '', line: 0, column: 0, function: '', package: null }, ...calledFrom] = codeSites(named);
  const callsPerRound = iterations / roundCount;
  return { site, calledFrom, bytesPerCall: perRound(finding) / callsPerRound, survivors, rounds: cohorts.length };
}

function reportOf(rounds: Rounds, leaks: readonly SurvivorFinding[]): NoLeakReport {
  const { iterations, intervalBytes, live } = rounds;
  return {
    calls: iterations,
    liveBytes: live.map(({ heapBytes, externalBytes }) => heapBytes + externalBytes),
    growthPerCall: growthPerRound(rounds) / (iterations / roundCount),
    leastSeenPerCall: Math.ceil((fewestSamples * intervalBytes) / (judgedShare * iterations)),
    kept: leaks.map((leak) => keptBy(rounds, leak)),
  };
}

/**
 * Calls a function again and again, in 20 rounds with a full collection after each, and resolves when no memory stays behind, with what was
 * seen. Rejects with WT_LEAK_FOUND, and the line that allocates what stays; with what the function throws; with WT_INVALID_OPTION; with WT_NOT_AVAILABLE where
 * the heap cannot be sampled. It judges by birth: what is made in one round must be gone some rounds later. What fills in the first rounds, compiled code and
 * caches, is none. Takes about 0.7 s beside the calls. Not for tests that run side by side in one thread.
 */
export async function expectNoLeak(task: Repeated, options?: NoLeakOptions): Promise<NoLeakReport> {
  const settings = noLeakSettings(task, options);
  const rounds = await withExactLines(() => runRounds(task, settings));
  const leastPerRound = (settings.leastBytesPerCall * settings.iterations) / roundCount;
  const leaks = leaksOf(rounds, leastPerRound);
  const report = reportOf(rounds, leaks);
  if (leaks.length > 0 || isSteadyGrowth(rounds, leastPerRound, 'nothing')) throw new LeakFoundError(settings.name, report);
  return report;
}
