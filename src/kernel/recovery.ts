/** What a caller can sensibly do about an error: try again, use something else, stop asking for a while, or give up. */
export type Recovery = 'retry' | 'fallback' | 'circuit-break' | 'fail';
