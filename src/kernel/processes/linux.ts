import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import type { ProcessState, ProcessTable } from './process-table.ts';

const pageBytes = 4096;

function text(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}

/** The command name in field 2 can hold spaces and brackets: fields are counted from its last bracket, from 0 for the state. */
function fieldsOf(pid: number): readonly string[] | undefined {
  const stat = text(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function read(pid: number): ProcessState | undefined {
  const fields = fieldsOf(pid);
  if (fields === undefined) return undefined;
  const [state] = fields;
  return { pid, parent: Number(fields[1]), start: Number(fields[19]), zombie: state === 'Z' || state === 'X' };
}

function list(): readonly number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** The kernel lists the children of each thread; where it was built without that, the whole table is searched. */
function childrenOf(pid: number): readonly number[] {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const lists = threads.map((thread) => text(`/proc/${pid}/task/${thread}/children`));
    if (lists.every((found) => found === undefined)) return list().filter((other) => read(other)?.parent === pid);
    return lists.flatMap((found) => (found ?? '').split(' ').filter(Boolean).map(Number));
  } catch {
    return [];
  }
}

function command(pid: number): readonly string[] {
  const line = text(`/proc/${pid}/cmdline`) ?? '';
  return Buffer.from(line, 'latin1').toString('utf8').split('\0').slice(0, -1);
}

function carries(pid: number, name: string, value: string): boolean | undefined {
  const block = text(`/proc/${pid}/environ`);
  if (block === undefined) return undefined;
  const wanted = Buffer.from(`${name}=${value}`).toString('latin1');
  return `\0${block}`.includes(`\0${wanted}\0`);
}

function rssBytes(pid: number): number | undefined {
  const pages = Number(text(`/proc/${pid}/statm`)?.split(' ')[1]);
  return Number.isFinite(pages) ? pages * pageBytes : undefined;
}

function session(pid: number): number | undefined {
  const fields = fieldsOf(pid);
  return fields === undefined ? undefined : Number(fields[3]);
}

function pssBytes(pid: number): number | undefined {
  const found = /^Pss:\s+(\d+) kB$/m.exec(text(`/proc/${pid}/smaps_rollup`) ?? '');
  return found === null ? undefined : Number(found[1]) * 1024;
}

function space(): string | undefined {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return undefined;
  }
}

export function linuxProcessTable(): ProcessTable {
  return {
    available: read(process.pid) !== undefined,
    read,
    list,
    childrenOf,
    command,
    carries,
    session,
    rssBytes,
    pssBytes,
    space: space(),
  };
}
