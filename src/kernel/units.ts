/** A duration in milliseconds. */
export type Milliseconds = number;
/** A size in bytes. */
export type Bytes = number;
/** The value itself when all work was synchronous, else a promise of it. */
export type MaybePromise<T> = T | Promise<T>;
