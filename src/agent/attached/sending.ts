import type { Natives } from '../natives.ts';

/** Natives whose files are not written but sent: where the program cannot see the directory of the run. */
export function sendingNatives(natives: Natives, send: (text: string) => void): Natives {
  function writeSync(_descriptor: number, text: unknown): number {
    send(String(text));
    return Buffer.byteLength(String(text));
  }
  return {
    ...natives,
    openSync: () => -1,
    closeSync: () => undefined,
    writeSync: writeSync, // the recorder writes whole texts only
  };
}
