import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { platform } from './this-platform.ts';

/** Who made a root, and where it answers. */
export interface OwnerFile {
  /** What its socket must answer. */
  readonly nonce: string;
  /** Absolute, or the name of the socket in the root itself; empty: it has none. */
  readonly socket: string;
  readonly boot: string;
  readonly host: string;
  readonly pid: number;
  readonly start: number;
}

const fileName = 'owner.json';

/** Written after the socket listens: until then nobody can take the owner for dead. */
export function writeOwner(root: string, nonce: string, socket: string): void {
  const owner: OwnerFile = {
    nonce,
    socket,
    boot: platform.bootId(),
    host: platform.hostId(),
    pid: process.pid,
    start: platform.startTime(),
  };
  writeFileSync(join(root, fileName), `${JSON.stringify({ wt: 1, ...owner })}\n`, { mode: 0o600, flag: 'wx' });
}

const words = ['nonce', 'socket', 'boot', 'host'] as const;
const numbers = ['pid', 'start'] as const;

/** Undefined when there is none, or none that this version understands. */
export function readOwner(root: string): OwnerFile | undefined {
  try {
    const found: unknown = JSON.parse(readFileSync(join(root, fileName), 'utf8'));
    if (typeof found !== 'object' || found === null || Reflect.get(found, 'wt') !== 1) return undefined;
    const fine =
      words.every((key) => typeof Reflect.get(found, key) === 'string') &&
      numbers.every((key) => Number.isSafeInteger(Reflect.get(found, key)));
    // Every member has just been looked at.
    return fine && /^[0-9a-f]{32}$/.test(String(Reflect.get(found, 'nonce'))) ? (found as OwnerFile) : undefined;
  } catch {
    return undefined;
  }
}
