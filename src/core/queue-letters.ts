import type { Milliseconds } from '../kernel/units.ts';
import type { CleanupTask, QueueItemOptions } from './queue-options.ts';
import type { CleanupPriority } from './words.ts';

/** A cleanup that was given up. It stays visible here until it is tried again or pushed out by younger ones. */
export interface DeadLetter {
  readonly name: string;
  readonly priority: CleanupPriority;
  readonly result: 'failed' | 'timed-out';
  readonly attempts: number;
  readonly error: unknown;
  /** Milliseconds since 1970. */
  readonly atMs: Milliseconds;
}

interface Kept {
  readonly letter: DeadLetter;
  readonly task: CleanupTask;
  readonly options: QueueItemOptions;
}

/** The last so many cleanups that were given up, oldest first. */
export class DeadLetters {
  readonly #max: number;
  readonly #kept: Set<Kept> = new Set();
  dropped = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#kept.size;
  }

  add(letter: DeadLetter, task: CleanupTask, options: QueueItemOptions): void {
    this.#kept.add({ letter, task, options });
    if (this.#kept.size <= this.#max) return;
    for (const oldest of this.#kept) {
      this.#kept.delete(oldest);
      this.dropped += 1;
      return;
    }
  }

  list(): readonly DeadLetter[] {
    return [...this.#kept].map((kept) => kept.letter);
  }

  /** It ended well after all. */
  remove(letter: DeadLetter): void {
    for (const kept of this.#kept) if (kept.letter === letter) this.#kept.delete(kept);
  }

  /** Hands each one over, oldest first; one that `take` throws for stays, and so do those after it. */
  drain(take: (task: CleanupTask, options: QueueItemOptions) => void): number {
    let count = 0;
    for (const kept of this.#kept) {
      take(kept.task, kept.options);
      this.#kept.delete(kept);
      count += 1;
    }
    return count;
  }
}
