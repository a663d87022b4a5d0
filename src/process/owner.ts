import { randomBytes } from 'node:crypto';
import { ownerJournal, ownerRoot } from '../temp/index.ts';
import type { Journal, OwnerRoot } from '../temp/index.ts';
import { journalKind, reapDeadOwners } from './estates.ts';

/** Whose trees these are: this process, or worker thread. */
export interface Owner {
  readonly nonce: string;
  /** Undefined where no temporary directory can be made: then only the reaper remembers the trees. */
  readonly root: OwnerRoot | undefined;
  readonly journal: Journal | undefined;
}

let owner: Owner | undefined;

function makeOwner(): Owner {
  // Before the root is made, which begins a sweep.
  reapDeadOwners();
  try {
    const root = ownerRoot();
    return { nonce: root.nonce, root, journal: ownerJournal() };
  } catch {
    // A read-only root, a full disk: children are owned all the same.
    return { nonce: randomBytes(16).toString('hex'), root: undefined, journal: undefined };
  }
}

export function processOwner(): Owner {
  owner ??= makeOwner();
  return owner;
}

/** Writes a line about a tree; a full disk does not keep a process from being started. */
export function noteInJournal(data: Readonly<Record<string, string | number>>): number | undefined {
  try {
    return processOwner().journal?.add(journalKind, data);
  } catch {
    return undefined;
  }
}

export function strikeFromJournal(id: number | undefined): void {
  if (id !== undefined) processOwner().journal?.remove(id);
}
