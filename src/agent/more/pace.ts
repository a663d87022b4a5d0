/** Spaces out a step by what it cost last time. */
export interface Pace {
  /** Whether the step may run now. */
  due(nowMs: number): boolean;
  /** Says what the step, run at `nowMs`, has cost. */
  took(nowMs: number, costMs: number): void;
  /** Not before this time. */
  notBefore(timeMs: number): void;
}

/** `share`: the step may take this part of the time; `leastMs`: and runs no more often than this. */
export function createPace(share: number, leastMs: number, firstMs = 0): Pace {
  let next = firstMs;
  return {
    due: (nowMs) => nowMs >= next,
    took(nowMs, costMs) {
      next = nowMs + Math.max(leastMs, costMs / share);
    },
    notBefore(timeMs) {
      next = Math.max(next, timeMs);
    },
  };
}
