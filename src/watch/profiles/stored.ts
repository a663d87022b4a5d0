import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { WatertightError } from '../../kernel/errors.ts';
import { isOfBuffers } from '../data/survivor-data.ts';
import type { ThreadData } from '../data/thread-data.ts';
import { readRun } from '../past/read-run.ts';
import { profileFileName } from '../places/report-files.ts';
import type { HeapProfile, SampledThread } from './heap-profile.ts';
import { heapProfile } from './heap-profile.ts';

function labelOf({ header }: ThreadData): string {
  return header.tid === 0 ? `process ${header.pid}` : `thread ${header.tid} of process ${header.pid}`;
}

/** What lived at the end of each thread's last sampling window of its heap; `null` where nothing was sampled. */
export function profileOf(threads: readonly ThreadData[]): HeapProfile | null {
  const sampled = threads.flatMap((thread): readonly SampledThread[] => {
    const last = thread.survivors.windows.findLast((window) => window.series.polls.length > 0 && !isOfBuffers(window));
    return last === undefined ? [] : [{ label: labelOf(thread), series: last.series }];
  });
  if (sampled.length === 0) return null;
  return heapProfile(sampled.length === 1 ? sampled.map((one) => ({ ...one, label: null })) : sampled);
}

function isProfile(value: unknown): value is HeapProfile {
  const profile = value as Partial<HeapProfile> | null;
  return typeof profile === 'object' && profile !== null && typeof profile.head === 'object' && Array.isArray(profile.samples);
}

function stored(file: string): HeapProfile | null {
  if (!existsSync(file)) return null;
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isProfile(value) ? value : null;
  } catch {
    return null;
  }
}

/**
 * The profile of a run: that which was written with its report, else one out of its data. `place` is the directory of the run or a file in it.
 * Throws WT_NOT_FOUND where no allocations were sampled.
 */
export function findProfile(place: string): HeapProfile {
  const folder = statSync(place, { throwIfNoEntry: false })?.isDirectory() === true ? place : dirname(place);
  const found = stored(join(folder, profileFileName)) ?? profileOf(readRun(folder).data.threads);
  if (found === null)
    throw new WatertightError(
      'WT_NOT_FOUND',
      `${folder} holds no sampled allocations: they are sampled in hunt mode, and in light mode on suspicion`,
    );
  return found;
}
