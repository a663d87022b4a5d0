import type { MaybePromise } from '../../kernel/units.ts';
import type { ResourceType, Verification } from '../words.ts';
import { markDescriptor, probeDescriptor, probePath } from './files.ts';
import type { DescriptorMark } from './files.ts';
import { probeServer, probeStream, probeTimer, probeWorker } from './objects.ts';
import type { ServerLike, StreamLike, WorkerLike } from './objects.ts';
import { ProcessMark, markProcess, probeProcess } from './process.ts';
import type { ChildLike } from './process.ts';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function has(value: unknown, key: string, type: string): boolean {
  return isObject(value) && typeof Reflect.get(value, key) === type;
}

/** Each test of the shape stands before the cast that it allows. */
const probes: Readonly<Partial<Record<ResourceType, (value: unknown) => MaybePromise<Verification>>>> = {
  file: (value) =>
    typeof value === 'number' || has(value, 'fd', 'number')
      ? probeDescriptor(value as number | DescriptorMark | { readonly fd: number })
      : 'unverifiable',
  'temp-file': probeOfPath,
  'temp-directory': probeOfPath,
  socket: (value) => (has(value, 'destroyed', 'boolean') ? probeStream(value as StreamLike) : 'unverifiable'),
  stream: (value) => (has(value, 'destroyed', 'boolean') ? probeStream(value as StreamLike) : 'unverifiable'),
  server: (value) => (has(value, 'listening', 'boolean') ? probeServer(value as ServerLike) : 'unverifiable'),
  worker: (value) => (has(value, 'threadId', 'number') ? probeWorker(value as WorkerLike) : 'unverifiable'),
  timer: (value) => (isObject(value) ? probeTimer(value) : 'unverifiable'),
  process: (value) =>
    value instanceof ProcessMark || (isObject(value) && 'exitCode' in value && 'signalCode' in value)
      ? probeProcess(value as ProcessMark | ChildLike)
      : 'unverifiable',
};

function probeOfPath(value: unknown): Verification {
  const path = typeof value === 'string' ? value : isObject(value) && 'path' in value ? value.path : undefined;
  return typeof path === 'string' ? probePath(path) : 'unverifiable';
}

/**
 * What reality shows of a value of a type: of paths, descriptors and FileHandles, sockets, streams, servers, workers, timers, child
 * processes; `unverifiable` of whatever else. Never throws or rejects.
 */
export function verificationOf(type: ResourceType, value: unknown): MaybePromise<Verification> {
  try {
    return probes[type]?.(value) ?? 'unverifiable';
  } catch {
    // A getter of the value threw.
    return 'unverifiable';
  }
}

/** Asks reality about one thing, later. */
export type Proof = () => MaybePromise<Verification>;

/**
 * Takes down what a value is while it is there, so that it can be asked about once it has gone: descriptors by inode, processes by
 * start time and with their descendants. It does not hold objects; of one that was collected it says `unverifiable`.
 */
export function proofOf(type: ResourceType, value: unknown): Proof {
  try {
    if (type === 'file' && typeof value === 'number') return proofOfDescriptor(value);
    if (type === 'process') return proofOfProcess(value);
  } catch {
    // Not open, or no process any more: nothing can be taken down.
    return () => 'unverifiable';
  }
  if (!isObject(value)) return () => verificationOf(type, value);
  const path: unknown = type === 'temp-file' || type === 'temp-directory' ? Reflect.get(value, 'path') : undefined;
  if (path !== undefined) return () => verificationOf(type, path);
  const reference = new WeakRef(value);
  return () => {
    const there = reference.deref();
    return there === undefined ? 'unverifiable' : verificationOf(type, there);
  };
}

function proofOfDescriptor(fd: number): Proof {
  const mark = markDescriptor(fd);
  return () => probeDescriptor(mark);
}

function proofOfProcess(value: unknown): Proof {
  if (value instanceof ProcessMark) return () => value.verify();
  const pid = typeof value === 'number' ? value : isObject(value) && 'pid' in value ? value.pid : undefined;
  if (typeof pid !== 'number') return () => 'unverifiable';
  const mark = markProcess(pid);
  return () => mark.verify();
}
