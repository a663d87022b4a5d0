import type { HeapPoll, NewFunction, NewStack } from '../../profile/sampling/index.ts';

/** A poll with the functions and stacks that are new in it, whose many figures lie outside of the heap that is observed. */
export interface PackedPoll extends Omit<HeapPoll, 'born' | 'died'> {
  readonly functions: readonly NewFunction[];
  readonly stacks: readonly NewStack[];
  readonly born: Float64Array;
  readonly died: Float64Array;
}
