import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { WatertightError } from '../../../kernel/errors.ts';
import { splitNodeOptions } from '../../launch/node-options.ts';
import { isZombie } from '../../../kernel/processes/process-table.ts';
import type { ProcessId, ProcessTable } from '../../platform/index.ts';
import { commandText } from '../../words.ts';
import { redactArgv } from '../../../wire/index.ts';

/** A running program, as far as the system tells of it from outside. */
export interface Target extends ProcessId {
  readonly command: readonly string[];
  readonly cwd: string;
  /** Node's own flags: from its command line and from NODE_OPTIONS. */
  readonly flags: readonly string[];
  /** Milliseconds since it was started. */
  readonly ageMs: number;
  /** The user it belongs to. */
  readonly uid: number;
  /** It sees the same files at the same paths as we do. */
  readonly sameFiles: boolean;
}

/** Linux counts times of processes in hundredths of a second, whatever the kernel's own clock does. */
const ticksPerSecond = 100;
const nodeName = /^(?:node|nodejs)(?:-?v?\d[\d.]*)?$/;

function notAllowed(pid: number, why: string): WatertightError {
  return new WatertightError(
    'WT_ATTACH_NOT_ALLOWED',
    `process ${pid} ${why}. Attach as that user, or as root (nothing was sent to it)`,
  );
}

function read(pid: number, name: string): string {
  return readFileSync(`/proc/${pid}/${name}`, 'latin1');
}

function ageOf(start: number): number {
  const uptime = Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0]);
  return Math.max(0, Math.round((uptime - start / ticksPerSecond) * 1000));
}

function uidOf(pid: number): number {
  return Number(/^Uid:\s+\d+\s+(\d+)/m.exec(read(pid, 'status'))?.[1] ?? -1);
}

function sees(pid: number): boolean {
  const [theirs, ours] = [statSync(`/proc/${pid}/root/`), statSync('/')];
  const sameRoot = theirs.dev === ours.dev && theirs.ino === ours.ino;
  return sameRoot && readlinkSync(`/proc/${pid}/ns/mnt`) === readlinkSync('/proc/self/ns/mnt');
}

function environmentOf(pid: number, name: string): string {
  const found = read(pid, 'environ')
    .split('\0')
    .find((pair) => pair.startsWith(`${name}=`));
  return found?.slice(name.length + 1) ?? '';
}

function ownFlags(command: readonly string[]): readonly string[] {
  const end = command.findIndex((word, index) => index > 0 && !word.startsWith('-'));
  return command.slice(1, end < 0 ? undefined : end);
}

function describe(table: ProcessTable, id: ProcessId): Target {
  const { pid, start } = id;
  const command = table.command(pid);
  return {
    pid,
    start,
    command,
    cwd: readlinkSync(`/proc/${pid}/cwd`),
    flags: [...ownFlags(command), ...splitNodeOptions(environmentOf(pid, 'NODE_OPTIONS'))],
    ageMs: ageOf(start),
    uid: uidOf(pid),
    sameFiles: sees(pid),
  };
}

function executable(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, '');
  } catch (cause) {
    throw notAllowed(pid, `belongs to another user (${uidOf(pid)}): ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

/**
 * Looks at a process that somebody wants to attach to. Sends nothing. Throws WT_NOT_AVAILABLE where there is no /proc, WT_NOT_FOUND,
 * WT_ATTACH_NOT_ALLOWED for processes of others, and WT_ATTACH_NOT_NODE for what does not run the program `node`.
 */
export function findTarget(pid: number, table: ProcessTable): Target {
  if (!table.available) {
    throw new WatertightError('WT_NOT_AVAILABLE', `attach needs /proc, which ${process.platform} does not have`);
  }
  const state = table.read(pid);
  if (state === undefined || isZombie(table, state)) throw new WatertightError('WT_NOT_FOUND', `there is no process ${pid}`);
  const program = executable(pid);
  if (!nodeName.test(basename(program))) {
    const said = commandText(redactArgv(table.command(pid))) || basename(program);
    throw new WatertightError(
      'WT_ATTACH_NOT_NODE',
      `process ${pid} (${said}) runs ${program}, not node: the signal that opens Node's inspector would end it (nothing was sent to it)`,
    );
  }
  try {
    return describe(table, state);
  } catch (cause) {
    throw notAllowed(pid, `cannot be looked at (${cause instanceof Error ? cause.message : String(cause)})`);
  }
}
