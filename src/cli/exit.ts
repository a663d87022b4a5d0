/** Our own failure, or usage. */
export const usageStatus = 125;

/** `compare`: something that counts is new or worse. */
export const regressionStatus = 94;

export interface Outcome {
  readonly status: number;
  /** The watched program died of this signal; so shall we. */
  readonly reraise: NodeJS.Signals | null;
}

/** Ends the process as the watched program ended: by the same signal where there is one, else with the status. */
export function endWith(outcome: Outcome): void {
  process.exitCode = outcome.status;
  if (outcome.reraise === null) return;
  process.removeAllListeners(outcome.reraise);
  process.kill(process.pid, outcome.reraise);
}
