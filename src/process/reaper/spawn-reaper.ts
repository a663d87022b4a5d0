import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { Writable } from 'node:stream';
import type { ReaperMode } from '../types.ts';
import { nodeReaper } from './linux-node.ts';
import { shellReaper } from './linux-shell.ts';
import { reaperPath } from './support.ts';

/** The writing end of the pipe. Does not keep the process alive. */
export interface ReaperPipe {
  write(lines: string): void;
}

function start(mode: Exclude<ReaperMode, 'off'>): ChildProcess {
  const [program, args] = mode === 'sh' ? ['/bin/sh', ['-c', shellReaper]] : [process.execPath, ['-e', nodeReaper]];
  // Without our marks and our NODE_OPTIONS, in its own session, and holding no directory.
  return spawn(program, args, {
    detached: true,
    cwd: '/',
    env: { PATH: reaperPath(process.env) },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
}

function unref(pipe: Writable): void {
  // A pipe of a child is a socket, which can be told not to keep us alive.
  (pipe as unknown as { unref?: () => void }).unref?.();
}

/** Undefined when it cannot be started. `lost` is called when it no longer reads. */
export function spawnReaper(mode: Exclude<ReaperMode, 'off'>, lost: () => void): ReaperPipe | undefined {
  let reaper: ChildProcess;
  try {
    reaper = start(mode);
  } catch {
    return undefined;
  }
  reaper.on('error', lost);
  const pipe = reaper.stdin;
  if (pipe === null || reaper.pid === undefined) return undefined;
  pipe.on('error', lost);
  reaper.unref();
  unref(pipe);
  return { write: (lines) => void pipe.write(lines) };
}
