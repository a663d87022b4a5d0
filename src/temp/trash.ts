import { mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DeadLetter } from '../core/index.ts';
import { CleanupQueue } from '../core/index.ts';
import { briefOf } from '../kernel/brief.ts';
import type { ErrorBrief } from '../kernel/brief.ts';
import { systemClock } from '../kernel/clock/index.ts';
import type { Milliseconds } from '../kernel/units.ts';
import { deleteTree } from './delete-tree.ts';
import { randomName, trashName } from './names.ts';
import { codeOf } from './trouble.ts';

/** A tree that was renamed aside and could not be removed so far. */
export interface FailedRemoval {
  readonly path: string;
  readonly attempts: number;
  readonly error: ErrorBrief;
}

/** What was given up is tried again with a later removal, at most so often. */
const againMs: Milliseconds = 60_000;

let queue: CleanupQueue | undefined;
let triedAgainMs = 0;

function removals(): CleanupQueue {
  queue ??= new CleanupQueue({ concurrency: 2, timeoutMs: 0, retry: { attempts: 4, backoffMs: 250 } });
  return queue;
}

/**
 * Renames a directory aside: when this returns its path is free. The tree is removed in the background, verified, tried again when
 * that fails, and shown in `tempStatus()` as long as it stands. Throws what the file system says to the rename.
 */
export function throwAway(path: string): void {
  const aside = join(dirname(path), trashName, randomName());
  try {
    renameSync(path, aside);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    // Either the path has gone, which is what was wanted, or the folder of the trash has.
    try {
      mkdirSync(dirname(aside), { mode: 0o700 });
    } catch (again) {
      if (codeOf(again) === 'EEXIST' || codeOf(again) === 'ENOENT') return;
      throw again;
    }
    renameSync(path, aside);
  }
  removals().add(() => deleteTree(aside), { name: aside });
  tryAgain();
}

function tryAgain(): void {
  const now = systemClock.monotonic();
  if (now - triedAgainMs < againMs) return;
  triedAgainMs = now;
  retryRemovals();
}

/** Begins anew what had been given up, and returns how many those were. */
export function retryRemovals(): number {
  return queue?.retryDeadLetters() ?? 0;
}

/** Trees that are being removed, or wait for their turn. */
export function pendingRemovals(): number {
  if (queue === undefined) return 0;
  return queue.size + queue.metrics().running;
}

export function failedRemovals(): readonly FailedRemoval[] {
  return (queue?.deadLetters() ?? []).map(({ name, attempts, error }: DeadLetter) => ({
    path: name,
    attempts,
    error: briefOf(error),
  }));
}

/** Resolves when nothing is being removed any more; `failedRemovals()` tells what could not. Never rejects. */
export async function removalsDone(): Promise<void> {
  await queue?.idle();
}
