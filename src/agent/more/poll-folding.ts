import { canFold, foldPolls } from '../../wire/fold-polls.ts';
import type { PollRecord } from '../../wire/records.ts';

/** Folds polls that are thinned out: several of one window become one. */
export interface PollFolding {
  /** Takes the line of a poll; answers a line that is finished by it, or `undefined`. */
  add(line: string): string | undefined;
  /** The line that is not finished yet. */
  take(): string | undefined;
}

/** So many polls become one, as long as they are not too large for a line. */
export function createPollFolding(oneIn: number): PollFolding {
  let folded: PollRecord | undefined;
  let count = 0;

  function take(): string | undefined {
    const line = folded && JSON.stringify(folded);
    folded = undefined;
    count = 0;
    return line;
  }

  return {
    add(line) {
      let poll: PollRecord;
      try {
        poll = JSON.parse(line) as PollRecord;
      } catch {
        return undefined; // no record of ours
      }
      const isJoined = folded !== undefined && count < oneIn && canFold(folded, poll);
      const finished = isJoined ? undefined : take();
      folded = isJoined && folded ? foldPolls(folded, poll) : poll;
      count += 1;
      return finished;
    },
    take,
  };
}
