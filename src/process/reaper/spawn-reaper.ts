import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
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
    // Not the first one: Node closes that when its child has ended, and the shell that we start ends at once.
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
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
  const pipe = reaper.stdio[3];
  if (!(pipe instanceof Socket) || reaper.pid === undefined) return undefined;
  // It never says anything; its end is the reaper's.
  pipe.resume();
  pipe.on('error', () => undefined);
  pipe.once('close', lost);
  reaper.unref();
  pipe.unref();
  return { write: (lines) => void pipe.write(lines) };
}
