import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type { ProgramEnd } from './run-program.ts';

const { setTimeout: startTimer, clearTimeout: stopTimer } = globalThis;

/** Resolves when the child has ended and both its outputs are read to the end; kills it (SIGKILL) when the time is over. */
export function captureEnd(child: ChildProcessWithoutNullStreams, timeoutMs: number): Promise<ProgramEnd> {
  return new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    let timedOut = false;
    const timer = startTimer(() => {
      timedOut = true;
      child.kill('SIGKILL');
      // Grandchildren may hold the pipes open; what they would still say is not waited for.
      child.stdout.destroy();
      child.stderr.destroy();
    }, timeoutMs);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', (error) => {
      stopTimer(timer);
      reject(error);
    });
    child.once('close', (code, signal) => {
      stopTimer(timer);
      resolve({ stdout, stderr, code, signal, timedOut });
    });
  });
}
