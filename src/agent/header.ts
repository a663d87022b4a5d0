import { cut } from '../wire/names.ts';
import { redactArgv } from '../wire/redact.ts';
import { wireVersion } from '../wire/records.ts';
import type { ThreadHeader, ThreadKind } from '../wire/records.ts';
import type { Natives } from './natives.ts';

export interface ThreadIdentity {
  readonly pid: number;
  readonly start: number;
  readonly tid: number;
  readonly kind: ThreadKind;
  readonly name: string | null;
}

/** Start time of this process in clock ticks since boot; 0 where there is no /proc. */
function startTicks(natives: Natives): number {
  try {
    // In one call: opening, reading and closing by ourselves costs a start-up half a millisecond.
    const stat = natives.readFileSync('/proc/self/stat', 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]) || 0;
  } catch {
    return 0;
  }
}

interface WorkerModule {
  readonly isMainThread: boolean;
  readonly isInternalThread?: boolean;
  readonly threadName?: string;
  readonly threadId: number;
  /** Null in node's own threads (module hooks). */
  readonly parentPort: object | null;
}

/** In the main thread node's module of workers is not loaded for this: some functions are switched off in workers, and say so. */
export function identify(natives: Natives): ThreadIdentity {
  const start = startTicks(natives);
  const inWorker = (process.chdir as { readonly disabled?: boolean }).disabled === true;
  if (!inWorker) return { pid: process.pid, start, tid: 0, kind: 'main', name: null };
  const threads = require('worker_threads') as WorkerModule;
  const kind = threads.isInternalThread === true || threads.parentPort === null ? 'hooks' : 'worker';
  return { pid: process.pid, start, tid: threads.threadId, kind, name: threads.threadName || null };
}

export function makeHeader(identity: ThreadIdentity, t0: number): ThreadHeader {
  return {
    wt: wireVersion,
    pid: identity.pid,
    start: identity.start,
    tid: identity.tid,
    thread: identity.kind,
    name: identity.name,
    ppid: process.ppid,
    node: process.version,
    platform: process.platform,
    argv: redactArgv(process.argv)
      .slice(0, 64)
      .map((argument) => cut(argument)),
    execArgv: redactArgv(process.execArgv)
      .slice(0, 64)
      .map((argument) => cut(argument)),
    cwd: process.cwd(),
    t0,
    heapLimitBytes: 0,
  };
}
