export type { CallFrame } from './heap-session.ts';
export type { NewFunction } from './functions.ts';
export type { Marking } from './marking.ts';
export { createMarking } from './marking.ts';
export type { HeapPoll, HeapSampler, PollCost, PollFailure, Preparation } from './sampler.ts';
export { startHeapSampler } from './sampler.ts';
export type { NewStack } from './stacks.ts';
export { Stacks } from './stacks.ts';
