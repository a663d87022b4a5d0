/**
 * The report of a run, version 1 (`watertight-report/1`). Integers with the unit in the key; `null` means not measured and
 * the key is always there; paths are relative to `run.cwd`; strings are cut at 1 KiB. Minor additions are allowed: readers
 * ignore keys they do not know. Keys marked "redacted" can hold user data and are masked by default.
 */
export const reportSchema = 'watertight-report/1';

/** How a process or run ended. `killed` is SIGKILL or a death without a word; `abort` is a crash of Node itself. */
export type EndKind = 'natural' | 'exit' | 'signal' | 'uncaught' | 'abort' | 'out-of-memory' | 'killed' | 'still-running';
/** What the watch says about memory, strongest first; `too-short` is not "no leak". */
export type VerdictLevel = 'leak' | 'suspect' | 'growing' | 'spike' | 'not-growing' | 'too-short';
/** What part a process plays. Launchers (npm, npx) and tools are listed and never judged. */
export type Role = 'launcher' | 'program' | 'worker' | 'tool';
/** How urgent a finding is. */
export type Severity = 'low' | 'medium' | 'high' | 'critical';

/** The report of one run, version 1. Every key is always there; `null` means not measured. */
export interface Report {
  readonly schema: typeof reportSchema;
  readonly tool: { readonly version: string; readonly node: string };
  readonly run: RunInfo;
  readonly end: EndInfo;
  readonly verdict: Verdict;
  readonly processes: readonly ProcessInfo[];
  readonly sites: readonly Site[];
  readonly findings: readonly Finding[];
  readonly open: readonly OpenGroup[];
  readonly owned: Owned;
  readonly left: readonly Left[];
  readonly memory: MemoryInfo;
  readonly cost: Cost;
  /** Missing where the run was not held against an earlier one. */
  readonly baseline?: BaselineInfo;
}

/** The earlier run that `--baseline` named: of this one only what is new or worse counts for `--fail-on`. */
export interface BaselineInfo {
  /** As it was given. */
  readonly file: string;
  readonly runId: string;
  readonly startedAt: string;
  /** What is new or worse and counts. */
  readonly new: number;
  readonly worse: number;
  readonly same: number;
  readonly better: number;
  readonly gone: number;
  /** The same in words. */
  readonly regressions: readonly string[];
}

/** What was run, how, and what could not be watched. */
export interface RunInfo {
  readonly id: string;
  /** Redacted. */
  readonly command: readonly string[];
  readonly cwd: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly mode: 'light' | 'hunt';
  readonly options: Readonly<Record<string, string | number | boolean>>;
  /** Recording stopped before the end: the disk was full, or a file reached its bound and was thinned. */
  readonly truncated: boolean;
  readonly notWatched: readonly { readonly pid: number | null; readonly command: string; readonly why: string }[];
}

/** How it ended, and how old the last record is. */
export interface EndInfo {
  readonly kind: EndKind;
  readonly code: number | null;
  readonly signal: string | null;
  /** How long before the end the last record was written; `null` while it runs. */
  readonly lastRecordAgeMs: number | null;
  /** One line for people: "ended by itself with status 0", "killed by SIGKILL …". */
  readonly text: string;
}

/** The conclusion, and which rules of `--fail-on` were hit. */
export interface Verdict {
  readonly level: VerdictLevel;
  readonly why: string;
  /** What would have been enough, when it was too short to tell. */
  readonly wouldBeEnough: string | null;
  readonly failOn: readonly { readonly rule: string; readonly hit: boolean }[];
  readonly exitStatus: number | null;
}

/** One process of the run. */
export interface ProcessInfo {
  /** `pid.start` */
  readonly key: string;
  readonly pid: number;
  readonly parent: string | null;
  readonly role: Role;
  /** Redacted. */
  readonly command: readonly string[];
  readonly node: string;
  readonly end: { readonly kind: EndKind; readonly code: number | null; readonly signal: string | null };
  readonly peakRssBytes: number | null;
  readonly cpuMs: number | null;
  readonly threads: readonly ThreadInfo[];
}

/** One thread of a process, and the times for which nothing is known of it. */
export interface ThreadInfo {
  readonly id: number;
  readonly kind: 'main' | 'worker' | 'hooks';
  readonly name: string | null;
  readonly gaps: readonly { readonly fromMs: number; readonly toMs: number; readonly why: string }[];
}

/** A line of code, through source maps where there are any. Everything else names it by `id`. */
export interface Site {
  readonly id: number;
  readonly raw: { readonly url: string; readonly line: number; readonly column: number; readonly scriptHash: string | null };
  /** Relative to `run.cwd` where it lies below it. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly function: string;
  readonly mapped: 'disk' | 'runtime' | 'none';
  /** The position is one in generated code (a bundle, a transpiled file) for which no source map was found. */
  readonly generated: boolean;
  readonly package: { readonly name: string; readonly version: string | null } | null;
  /** The nearest frame of the user's own code, as a site, when this one lies in a package. */
  readonly user: number | null;
}

/** One thing that was found out, with what it rests on. */
export interface Finding {
  /** Fingerprint: rule, package, function and normalised site; the same over builds, runs and replicas. */
  readonly id: string;
  readonly rule: string;
  readonly level: 'leak' | 'suspect' | 'growing' | 'spike' | 'limit';
  readonly severity: Severity | null;
  readonly site: number | null;
  readonly objectType: string | null;
  readonly what: string;
  readonly processes: readonly string[];
  /** When it was first seen; of what the hunt found, when it was suspected. Since the start of the run. */
  readonly openedMs: number;
  /** When it was proven a leak; `null`: it was not. */
  readonly leakMs: number | null;
  readonly closed: { readonly tMs: number; readonly why: string } | null;
  readonly rate: {
    readonly bytesPerSecond: number;
    readonly low: number | null;
    readonly high: number | null;
    readonly perRequestBytes: number | null;
  } | null;
  readonly limit: { readonly name: string; readonly bytes: number; readonly reachedInMs: number | null } | null;
  readonly evidence: {
    readonly collections: number | null;
    readonly cohorts: number | null;
    readonly survivors: number | null;
    readonly points: number | null;
  };
  /** What survived, of findings by surviving allocations; `null` for all others. */
  readonly allocation: FindingAllocation | null;
  readonly heldBy: readonly { readonly label: string; readonly site: number | null }[];
  readonly lookalikes: readonly string[];
  readonly try: readonly { readonly text: string; readonly guide: string }[];
}

/** Allocations that survived full collections, estimated from samples. Times count from the start of the run. */
export interface FindingAllocation {
  /** Estimated objects and bytes that were made in `spanMs` and live still. */
  readonly objects: number;
  readonly bytes: number;
  readonly spanMs: number;
  /** The calls that led to the site, outermost first, itself last; at most twelve. */
  readonly path: readonly number[];
  /** What the site called to make them, most first; `share` of the survivors. */
  readonly callees: readonly { readonly label: string; readonly site: number | null; readonly share: number }[];
  /** By time of birth: sampled objects that lived one poll after their birth, and those of them that live still. */
  readonly cohorts: readonly (readonly [fromMs: number, toMs: number, born: number, alive: number])[];
}

/** Handles of one type made at one line. */
export interface OpenGroup {
  readonly type: string;
  readonly site: number | null;
  readonly owner: string | null;
  readonly count: number;
  /** The count is an estimate: handles of this type are sampled. */
  readonly estimated: boolean;
  /** More such handles per minute over the second half of the run; `null` when it was too short. */
  readonly growthPerMinute: number | null;
  readonly oldestMs: number;
  /** How many of them keep the process alive. */
  readonly keepsAlive: number;
  /** Details of at most five; redacted. */
  readonly examples: readonly string[];
  readonly processes: readonly string[];
}

/** How many resources of one type a program registered, by how they stand. */
export interface OwnedTotals {
  readonly live: number;
  readonly released: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly abandoned: number;
}

/** A registered resource that was not released as it should have been. */
export interface OwnedProblem {
  readonly id: number;
  readonly name: string | null;
  readonly type: string;
  readonly result: string;
  readonly reason: string | null;
  readonly error: string | null;
  readonly createdAt: string | null;
}

/** What the program registered itself. */
export interface Owned {
  readonly totals: Readonly<Record<string, OwnedTotals>>;
  readonly problems: readonly OwnedProblem[];
}

/** Something that the program left behind, and how that is known. */
export interface Left {
  readonly kind: 'process' | 'temp';
  readonly what: string;
  /** How we know that it is the program's: "carries the mark of this run", "descendant of …", "made by …". */
  readonly proof: string;
  readonly removed: boolean;
  readonly site: number | null;
}

/** Memory over time, its peaks, its limits and what the collector did. */
export interface MemoryInfo {
  readonly limits: readonly MemoryLimit[];
  /** Name of the tightest limit. */
  readonly tightest: string | null;
  readonly peak: { readonly rssBytes: number | null; readonly heapBytes: number | null; readonly externalBytes: number | null };
  readonly gc: {
    readonly full: number;
    readonly forced: number;
    readonly share: number | null;
    readonly longestMs: number | null;
  };
  readonly series: readonly MemorySeries[];
}

/** A limit that counts, and where it comes from. */
export interface MemoryLimit {
  readonly name: 'heap' | 'cgroup' | 'host' | 'configured';
  readonly bytes: number;
  readonly source: string;
}

/** At most 2 000 rows. */
export interface MemorySeries {
  readonly process: string;
  readonly thread: number;
  /** `["tMs","rssBytes","heapUsedBytes","heapTotalBytes","externalBytes","arrayBuffersBytes","descriptors"]`; times count from the start of the run. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (number | null)[])[];
  readonly collected: readonly (readonly [tMs: number, liveBytes: number, how: 'forced' | 'natural'])[];
}

/** What the watching itself took. */
export interface Cost {
  readonly cpuShare: number | null;
  readonly rssBytes: number | null;
  readonly longestPauseMs: number | null;
  readonly forcedCollections: number;
  /** When allocations were sampled, and why: `hunt`, `buffers`, or what was suspicious. */
  readonly samplingWindows: readonly { readonly fromMs: number; readonly toMs: number; readonly why: string }[];
  readonly skipped: readonly { readonly what: string; readonly why: string }[];
}
