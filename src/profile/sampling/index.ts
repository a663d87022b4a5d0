export type { CallFrame } from './heap-session.ts';
export type { HeapPoll, HeapSampler } from './sampler.ts';
export { startHeapSampler } from './sampler.ts';
export { Stacks } from './stacks.ts';
