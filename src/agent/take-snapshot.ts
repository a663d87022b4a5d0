// Loaded when somebody asks a thread for a heap snapshot.
import type * as Fs from 'node:fs';
import type * as Inspector from 'node:inspector';
import type * as V8 from 'node:v8';
import { formatBytes } from '../kernel/format.ts';
import { readMemory } from '../memory/index.ts';
import type { EstimateAnswer, SnapshotAnswer } from '../wire/questions.ts';
import type { Agent } from './agent.ts';

const megabyte = 1024 ** 2;
/** Milliseconds for each MB of live heap, measured on 69 to 264 MB of small objects: Node 20, and later ones. */
const stopPerMb = { old: [85, 105], later: [50, 72] } as const;
/** V8 needs this many times the live heap while it walks it, and the file is this many times as large. */
const memoryFactor = 10;
const diskFactor = 2;

/** The question's path is absolute. */
function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

function freeDisk(path: string): number | null {
  const fs = require('fs') as typeof Fs;
  try {
    const { bavail, bsize } = fs.statfsSync(folderOf(path));
    return bavail * bsize;
  } catch {
    return null;
  }
}

/** What this process may still take: what the container, or else the machine, has left. */
function freeMemory(): { readonly liveBytes: number; readonly freeBytes: number } {
  const { heapUsedBytes, cgroup, host } = readMemory();
  const inContainer = cgroup === null ? Number.POSITIVE_INFINITY : cgroup.limitBytes - cgroup.usedBytes;
  return { liveBytes: heapUsedBytes, freeBytes: Math.max(0, Math.min(inContainer, host.availableBytes)) };
}

function refusalOf(path: string, needs: Omit<EstimateAnswer, 'refusal' | 'stopMs'>): string | null {
  const fs = require('fs') as typeof Fs;
  const heap = `a snapshot of ${formatBytes(needs.liveBytes)} of heap`;
  if (fs.lstatSync(path, { throwIfNoEntry: false }) !== undefined) return `${path} exists already`;
  if (fs.statSync(folderOf(path), { throwIfNoEntry: false })?.isDirectory() !== true)
    return `there is no folder ${folderOf(path)}`;
  if (needs.memoryBytes > needs.freeMemoryBytes)
    return `${heap} can need ${formatBytes(needs.memoryBytes)} of memory, and ${formatBytes(needs.freeMemoryBytes)} is free`;
  if (needs.freeDiskBytes !== null && needs.diskBytes > needs.freeDiskBytes)
    return `${heap} makes a file of about ${formatBytes(needs.diskBytes)}, and ${formatBytes(needs.freeDiskBytes)} is free in ${folderOf(path)}`;
  return null;
}

/** What a snapshot of this thread would cost now. */
export function estimate(path: string): EstimateAnswer {
  const { liveBytes, freeBytes } = freeMemory();
  const major = Number(process.versions.node.split('.')[0]);
  const [low, high] = major < 22 ? stopPerMb.old : stopPerMb.later;
  const needs = {
    liveBytes,
    memoryBytes: liveBytes * memoryFactor,
    freeMemoryBytes: freeBytes,
    diskBytes: liveBytes * diskFactor,
    freeDiskBytes: freeDisk(path),
  };
  const stopMs: readonly [number, number] = [(liveBytes / megabyte) * low, (liveBytes / megabyte) * high];
  return { ...needs, stopMs, refusal: refusalOf(path, needs) };
}

/**
 * Writes a snapshot of this thread. Not by the inspector: a session that ends has V8 forget which object has which id, and snapshots before and after
 * that cannot be compared. Throws what the file system throws; then no file is left.
 */
export function takeSnapshot(agent: Agent, path: string): SnapshotAnswer {
  const v8 = require('v8') as typeof V8;
  const from = agent.clock.monotonic();
  try {
    v8.writeHeapSnapshot(path);
    const bytes = agent.natives.lstatSync(path).size;
    const stopMs = agent.clock.monotonic() - from;
    agent.recorder.note(
      'gap',
      `a heap snapshot of ${formatBytes(bytes)} was written; the thread stood still for ${Math.round(stopMs)} ms`,
    );
    return { path, bytes, stopMs };
  } catch (error) {
    agent.quietly(() => agent.natives.unlinkSync(path));
    throw error;
  }
}

/** Has V8 forget the ids of objects, which cost memory and time in each collection for as long as it keeps them. */
export function forgetIds(): void {
  const { Session } = require('inspector') as typeof Inspector;
  const session = new Session();
  session.connect();
  session.disconnect();
}
