import { writeSync } from 'node:fs';

const standardError = 2;
const tries = 50;

/** Writes to stderr at once, also while the process is ending. What cannot be written (closed, full for good) is left. */
export function writeError(text: string): void {
  let rest = Buffer.from(text);
  for (let left = tries; left > 0 && rest.length > 0; left -= 1) {
    try {
      rest = rest.subarray(writeSync(standardError, rest));
    } catch (error) {
      if (!(error instanceof Error) || Reflect.get(error, 'code') !== 'EAGAIN') return;
      // A pipe that is full for the moment: whoever reads it needs time, and there is no other way to wait here.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
}

/** One line of ours. */
export function say(text: string): void {
  writeError(`watertight: ${text}\n`);
}
