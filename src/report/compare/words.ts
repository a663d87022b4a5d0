/** What became of something from one run to the other. */
export type ChangeStatus = 'new' | 'worse' | 'same' | 'better' | 'gone';
/** How sure that is: `low` where one of the runs was too short, or too unlike the other, to tell. */
export type Confidence = 'high' | 'medium' | 'low';
/** What is compared. */
export type Compared = 'finding' | 'open' | 'left' | 'owned' | 'memory' | 'cost';

/** One thing that is in either run, and what became of it. */
export interface Change {
  readonly what: Compared;
  /** The same in both runs: the id of a finding; type, file and function of open handles; the name of a figure. */
  readonly key: string;
  readonly status: ChangeStatus;
  readonly confidence: Confidence;
  /** Whether it makes the comparison fail: new and worse findings, handles, leftovers and memory do; the cost of watching does not. */
  readonly counts: boolean;
  /** For people: what and where. */
  readonly title: string;
  /** What it was and what it is, in words; `null` where it was or is not there. */
  readonly before: string | null;
  readonly after: string | null;
  /** What the status and the confidence rest on. */
  readonly why: string;
}

/** Which run was compared. */
export interface ComparedRun {
  readonly id: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly command: readonly string[];
  readonly node: string;
  readonly verdict: string;
}

/** Two runs, side by side. Plain data. */
export interface Comparison {
  readonly schema: 'watertight-comparison/1';
  readonly before: ComparedRun;
  readonly after: ComparedRun;
  /** Nothing that counts is new or worse. */
  readonly ok: boolean;
  readonly totals: Readonly<Record<ChangeStatus, number>>;
  readonly changes: readonly Change[];
  /** What makes the runs unlike each other: another command, another Node, another mode, a much shorter time. */
  readonly notes: readonly string[];
}
