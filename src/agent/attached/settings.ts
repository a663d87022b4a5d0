/** What the supervisor tells an agent that it attaches. */
export interface AttachSettings {
  /** Directory of the run, as the program sees it; null: records are sent instead. */
  readonly directory: string | null;
  /** Where the files of the agent lie for the supervisor; its scripts are named so, and frames of theirs are ours. */
  readonly folder: string;
  /** The process as the supervisor counts it: the program may be in another pid namespace. */
  readonly pid: number;
  readonly start: number;
  /** As in WATERTIGHT_OPTIONS. */
  readonly options: string;
  /** How long the program has run. */
  readonly ageMs: number;
  /** The agent stops by itself when it has heard nothing of the supervisor for this long. */
  readonly staleMs: number;
}

/** An agent at work, as the supervisor finds it. */
export interface Attached {
  /** Writes the last records, puts everything back and stops. Again: does nothing. */
  readonly stop: (why: string) => void;
  /** The supervisor is still there. */
  readonly keep: () => void;
  readonly isStopped: () => boolean;
}
