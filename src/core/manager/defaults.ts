import { closeSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { disposerOf } from '../disposal.ts';
import type { Release, ResourceType } from '../words.ts';

/** Members that let go, in the order in which they are looked for. */
const members: Readonly<Partial<Record<ResourceType, readonly string[]>>> = {
  file: ['close'],
  socket: ['destroy', 'close', 'end'],
  server: ['close'],
  database: ['end', 'close', 'quit', 'disconnect', 'destroy'],
  browser: ['quit', 'close'],
  worker: ['terminate'],
  timer: ['close', 'cancel'],
  stream: ['destroy', 'close', 'end'],
};

/**
 * How a value of a type is let go of when nobody said: by its own disposer, else by the member that its type has for that; paths are
 * removed, descriptors closed, buffers only forgotten. Undefined where there is no such thing: nothing is ever taken for done that was
 * not.
 */
export function defaultRelease(type: ResourceType, value: unknown): Release<unknown> | undefined {
  // A child's own disposer sends the signal and does not wait for the end.
  if (type === 'process' && hasMethod(value, 'kill')) return endChild;
  const disposer = disposerOf(value);
  if (disposer !== undefined) return (it) => disposer.call(it);
  if (type === 'temp-file' || type === 'temp-directory') return typeof value === 'string' ? removePath : undefined;
  if (type === 'file' && typeof value === 'number') return (descriptor) => closeSync(descriptor as number);
  if (type === 'buffer') return () => undefined;
  const name = members[type]?.find((member) => hasMethod(value, member));
  return name === undefined ? undefined : (it) => callMember(type, it, name);
}

/** What can be done at the end of the process, when nothing can wait: paths are removed, children told to end. The system does the rest. */
export function defaultReleaseSync(type: ResourceType, value: unknown): ((value: unknown) => void) | undefined {
  if (type === 'process' && hasMethod(value, 'kill')) return (child) => void (child as Killable).kill();
  if (disposerOf(value) !== undefined) return undefined;
  if ((type === 'temp-file' || type === 'temp-directory') && typeof value === 'string')
    return (path) => rmSync(path as string, { recursive: true, force: true });
  return undefined;
}

/** A link is removed, never what it leads to; what has gone already is no error. */
async function removePath(path: unknown): Promise<void> {
  await rm(path as string, { recursive: true, force: true });
}

function hasMethod(value: unknown, name: string): boolean {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, name) === 'function';
}

async function callMember(type: ResourceType, value: unknown, name: string): Promise<void> {
  // `defaultRelease` has looked for it.
  const it = value as Readonly<Record<string, (callback?: (error?: unknown) => void) => unknown>>;
  if (type === 'server') return closed(it, name);
  await it[name]?.call(value);
}

/** A server of Node calls back when its last connection has ended. */
function closed(server: Readonly<Record<string, (callback: (error?: unknown) => void) => unknown>>, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: unknown): void => (error === undefined || error === null ? resolve() : reject(error));
    server[name]?.(done);
  });
}

interface Killable {
  kill(): unknown;
}

async function endChild(child: unknown): Promise<void> {
  (child as Killable).kill();
  await exited(child);
}

interface Child {
  readonly exitCode: number | null;
  readonly signalCode: string | null;
  once(event: 'exit', listener: () => void): unknown;
}

/** A signal was sent; the child has ended when Node says so. */
function exited(value: unknown): Promise<void> | undefined {
  if (typeof value !== 'object' || value === null || !('exitCode' in value) || !hasMethod(value, 'once')) return undefined;
  const child = value as Child;
  if (child.exitCode !== null || child.signalCode !== null) return undefined;
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
  });
}
