import type * as Net from 'node:net';
import type { HandleType } from '../wire/records.ts';

/** What can be read off a handle without a listener. Members of node's own classes; a reader that fails says "alive". */
interface Peek {
  readonly [key: string]: unknown;
}

/** libuv's view of a handle, as far as node's wrappers have it. */
interface RawHandle {
  hasRef?(): boolean;
}

function peek(handle: object): Peek {
  return handle as Peek;
}

/** Private members of node's classes that are reached by the description of their symbol. */
function bySymbol(handle: object, description: string): Peek | null | undefined {
  for (const key of Object.getOwnPropertySymbols(handle)) {
    if (key.description === description) return (handle as Readonly<Record<symbol, Peek | null>>)[key];
  }
  return undefined;
}

function rawHandle(type: HandleType, handle: object): RawHandle | null | undefined {
  if (type === 'udp') return bySymbol(handle, 'state symbol')?.['handle'] as RawHandle | null | undefined;
  if (type === 'worker') return bySymbol(handle, 'kHandle');
  return peek(handle)['_handle'] as RawHandle | null | undefined;
}

type Test = (it: Peek, ageMs: number) => boolean;

const notDestroyed: Test = (it) => it['destroyed'] !== true;
const hasHandle: Test = (it) => it['_handle'] !== null;
const isArmed: Test = (it) => it['_destroyed'] !== true;

/** Others are alive until they are closed or gone. */
const alive: Partial<Record<HandleType, Test>> = {
  socket: notDestroyed,
  'server-socket': notDestroyed,
  interval: isArmed,
  timeout: isArmed,
  file: (it) => it['fd'] !== -1,
  // A server is given time to begin to listen.
  server: (it, ageMs) => it['_handle'] != null || ageMs < 2000,
  udp: (it) => rawHandle('udp', it) !== null,
  process: (it, ageMs) => it['exitCode'] === null && it['signalCode'] === null && (it['pid'] !== undefined || ageMs < 1000),
  worker: (it) => it['threadId'] !== -1,
  watcher: hasHandle,
  zlib: hasHandle,
};

/** Whether the handle is still open. `ageMs`: since it was made. */
export function isAlive(type: HandleType, handle: object, ageMs: number): boolean {
  const test = alive[type];
  return !test || test(peek(handle), ageMs);
}

/** Whether the handle keeps the event loop alive. */
export function isReferenced(type: HandleType, handle: object): boolean {
  if (type === 'interval' || type === 'timeout') return (handle as NodeJS.Timeout).hasRef();
  if (type === 'file' || type === 'temp' || type === 'zlib') return false;
  const raw = rawHandle(type, handle);
  if (raw == null) return false;
  return typeof raw.hasRef === 'function' ? raw.hasRef() : true;
}

function portOf(server: object): string {
  const address = (server as Net.Server).address();
  if (address === null) return '';
  return typeof address === 'string' ? address : `:${address.port}`;
}

/** What is only known some time after the handle was made. */
export function describe(type: HandleType, handle: object): string {
  if (type === 'server') return `listening ${portOf(handle)}`;
  if (type === 'process') return `pid ${String(peek(handle)['pid'])} ${String(peek(handle)['spawnfile'])}`;
  if (type === 'worker') return `thread ${String(peek(handle)['threadId'])}`;
  return '';
}
