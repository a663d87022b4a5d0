/** A process, told apart from others that had or will have the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it was started, in the kernel's own unit; null: this system cannot tell. */
  readonly startedAt: number | null;
}

/** `zombie`: it has ended and let go of everything but its number. */
export type ProcessState = 'alive' | 'zombie' | 'gone' | 'unknown';

/** What differs between systems. Nothing here throws. */
export interface ProcessPlatform {
  /** Undefined: there is no such process, or it cannot be seen. */
  identify(pid: number): ProcessIdentity | undefined;
  stateOf(process: ProcessIdentity): ProcessState;
  /** All processes below one, as far as they can be seen now. */
  descendantsOf(pid: number): readonly ProcessIdentity[];
}
