import { invalid, shown } from '../../kernel/options.ts';
import type { Verification } from '../words.ts';
import type { ProcessIdentity } from './platform.ts';
import { processes } from './this-platform.ts';

/** A child as `node:child_process` gives it, by the members used. */
export interface ChildLike {
  readonly pid?: number | undefined;
  readonly exitCode: number | null;
  readonly signalCode: string | null;
}

/** A process and what it has started, by number and start time: see `markProcess`. */
export class ProcessMark {
  readonly pid: number;
  readonly #root: ProcessIdentity | undefined;
  readonly #below: Map<number, ProcessIdentity> = new Map();

  constructor(pid: number) {
    this.pid = pid;
    this.#root = processes.identify(pid);
    this.look();
  }

  /** Takes down the descendants that there are now: once the process has gone, they cannot be found through it any more. */
  look(): void {
    if (this.#root === undefined || processes.stateOf(this.#root) !== 'alive') return;
    for (const one of processes.descendantsOf(this.pid)) this.#below.set(one.pid, one);
  }

  /** `gone` when the process and every descendant that was ever seen have ended; zombies have. */
  verify(): Verification {
    if (this.#root === undefined) return 'gone';
    this.look();
    const states = [this.#root, ...this.#below.values()].map((one) => processes.stateOf(one));
    if (states.includes('alive')) return 'still-there';
    return states.includes('unknown') ? 'unverifiable' : 'gone';
  }
}

/**
 * Takes down what a process is: its number, its start time, and its descendants so far. Then the number may be given to another
 * without being taken for it. On systems without /proc a number that is in use is `unverifiable`. Throws WT_INVALID_OPTION.
 */
export function markProcess(pid: number): ProcessMark {
  if (!Number.isInteger(pid) || pid <= 0)
    throw invalid('markProcess', `the pid must be a whole number above 0, got ${shown(pid)}`);
  return new ProcessMark(pid);
}

/** Of a child: whether it has ended, as Node has seen it. Of a mark: whether it and its descendants have, as the system says. */
export function probeProcess(process: ProcessMark | ChildLike): Verification {
  if (process instanceof ProcessMark) return process.verify();
  if (process.exitCode !== null || process.signalCode !== null) return 'gone';
  // It was never started.
  return process.pid === undefined ? 'gone' : 'still-there';
}
