export type { CallFrame } from './heap-session.ts';
export type { NewFunction } from './functions.ts';
export type { HeapPoll, HeapSampler, HeapSamplerOptions, PollCost, PollFailure } from './sampler.ts';
export { startHeapSampler } from './sampler.ts';
export type { NewStack } from './stacks.ts';
export { Stacks } from './stacks.ts';
