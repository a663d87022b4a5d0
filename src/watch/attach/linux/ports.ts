import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

const listening = '0A';

interface Listener {
  readonly port: number;
  readonly inode: string;
}

/** All TCP sockets that listen in the network namespace of the process. */
function listenersBeside(pid: number): readonly Listener[] {
  return ['tcp', 'tcp6'].flatMap((name) => {
    let table: string;
    try {
      table = readFileSync(`/proc/${pid}/net/${name}`, 'latin1');
    } catch {
      return [];
    }
    return table
      .trim()
      .split('\n')
      .slice(1)
      .flatMap((line) => {
        const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
        const port = Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16);
        return state === listening ? [{ port, inode }] : [];
      });
  });
}

function socketsOf(pid: number): ReadonlySet<string> {
  const inodes = new Set<string>();
  try {
    for (const name of readdirSync(`/proc/${pid}/fd`)) {
      try {
        const found = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${name}`))?.[1];
        if (found !== undefined) inodes.add(found);
      } catch {
        // Closed meanwhile.
      }
    }
  } catch {
    // The process has gone, or is somebody else's.
  }
  return inodes;
}

/** The TCP ports on which the process itself listens. */
export function portsOf(pid: number): ReadonlySet<number> {
  const own = socketsOf(pid);
  return new Set(listenersBeside(pid).flatMap(({ port, inode }) => (own.has(inode) ? [port] : [])));
}

/** Who listens on this port beside the process: a pid, `'unknown'` when it cannot be told who, undefined when nobody does. */
export function holderOf(pid: number, port: number, pids: readonly number[]): number | 'unknown' | undefined {
  const inodes = listenersBeside(pid).flatMap((listener) => (listener.port === port ? [listener.inode] : []));
  if (inodes.length === 0) return undefined;
  return (
    pids.find((other) => {
      const own = socketsOf(other);
      return inodes.some((inode) => own.has(inode));
    }) ?? 'unknown'
  );
}
