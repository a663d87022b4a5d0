import type { ThreadPoll } from './thread-sampler.ts';

/** A poll whose many figures lie outside of the heap that is observed. */
export interface PackedPoll extends Omit<ThreadPoll, 'born' | 'died'> {
  readonly born: Float64Array;
  readonly died: Float64Array;
}

export function packed(poll: ThreadPoll): PackedPoll {
  return { ...poll, born: Float64Array.from(poll.born), died: Float64Array.from(poll.died) };
}
