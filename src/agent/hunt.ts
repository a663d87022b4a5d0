// Loaded by `more` when allocations may be sampled.
export { huntFromStart, huntOnSuspicion } from './hunt/modes.ts';
