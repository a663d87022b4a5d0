import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { systemClock } from '../kernel/clock/index.ts';
import { aBoolean, aName, checkOptions } from '../kernel/options.ts';
import type { Rules } from '../kernel/options.ts';
import type { Bytes } from '../kernel/units.ts';
import { buryOwner } from './bury.ts';
import { deadPattern, makingPattern, rootPattern } from './names.ts';
import { basesIn, isOurs, parentFolder } from './places.ts';
import type { Proof } from './prove.ts';
import { proveOwner } from './prove.ts';
import { settings } from './settings.ts';
import { usageOf } from './usage.ts';

/** What a sweep shall do, and where. */
export interface SweepOptions {
  /** Only tells what would be removed. Default false. */
  readonly dryRun?: boolean;
  /** The folder in which owners have their roots. Default: that of `configureTemp`, else the system's folder for temporary files. */
  readonly directory?: string;
}

/** One owner that was found. */
export interface SweptOwner {
  /** Its root. */
  readonly path: string;
  readonly proof: Proof;
  /** Nothing is left of it. Always false in a dry run. */
  readonly removed: boolean;
  /** What it takes, or took; 0 for owners that live. */
  readonly bytes: Bytes;
  /** Why nothing was removed though the owner is dead; empty else. */
  readonly why: string;
}

/** What a sweep found and did. */
export interface SweepReport {
  readonly dryRun: boolean;
  /** Every dead owner is gone, or would be. */
  readonly ok: boolean;
  readonly owners: readonly SweptOwner[];
  readonly removed: number;
  readonly freedBytes: Bytes;
}

const rules: Rules = { dryRun: aBoolean, directory: aName };
/** Owners that are asked at the same time. */
const atOnce = 8;

/**
 * Removes what owners left that are proved to be dead: their root with all in it, and, through `onDeadOwner`, what their journal names.
 * An owner that lives, and one that cannot be asked (no socket, another machine's, another user's), is never touched. Two sweeps at a
 * time do no harm. Rejects only with WT_INVALID_OPTION.
 */
export async function sweepTemp(options: Readonly<SweepOptions> = {}): Promise<SweepReport> {
  checkOptions('sweepTemp', options, rules);
  const { dryRun = false, directory = settings().directory } = options;
  const waiting = basesIn(parentFolder(directory)).flatMap(rootsIn);
  const owners: SweptOwner[] = [];
  const work = async (): Promise<void> => {
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
      const found = await sweepOne(path, dryRun);
      if (found !== undefined) owners.push(found);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return reportOf(dryRun, owners);
}

function reportOf(dryRun: boolean, owners: readonly SweptOwner[]): SweepReport {
  const removed = owners.filter((owner) => owner.removed);
  return {
    dryRun,
    ok: owners.every(({ proof, why }) => proof !== 'dead' || why === ''),
    owners: owners.toSorted((a, b) => a.path.localeCompare(b.path)),
    removed: removed.length,
    freedBytes: removed.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** Only real folders of this user with names that we give. */
function rootsIn(base: string): readonly string[] {
  try {
    return readdirSync(base)
      .filter((name) => rootPattern.test(name) || isAnybodys(name))
      .map((name) => join(base, name))
      .filter(isOurs);
  } catch {
    return [];
  }
}

/** Under these names it was given up by its owner, taken from it after the proof, or never got an owner. */
function isAnybodys(name: string): boolean {
  return deadPattern.test(name) || makingPattern.test(name);
}

async function sweepOne(path: string, dryRun: boolean): Promise<SweptOwner | undefined> {
  const claimed = isAnybodys(basename(path));
  const proof = claimed ? 'dead' : await proveOwner(path);
  if (proof !== 'dead') return { path, proof, removed: false, bytes: 0, why: '' };
  const { bytes } = usageOf(path);
  if (dryRun) return { path, proof, removed: false, bytes, why: '' };
  const why = await buryOwner(path, claimed);
  return why === undefined ? undefined : { path, proof, removed: why === '', bytes, why };
}

let atStart: Promise<unknown> | undefined;

/** Once per process, in the background; a process that has nothing else to do does not wait for it to begin. */
export function sweepSoon(): void {
  systemClock.schedule(0, () => {
    atStart ??= sweepTemp();
  });
}

/** Resolves when the sweep that `sweepSoon` has begun is over. Never rejects. */
export async function sweepDone(): Promise<void> {
  await atStart;
}
