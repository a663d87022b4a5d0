import { appendFileSync, writeSync } from 'node:fs';

/** Where our own lines go: never to stdout, never through a stream that could hold the program back. */
export interface Voice {
  /** One line, `watertight: ` before it. */
  say(line: string): void;
  /** A block as it is. */
  print(block: string): void;
  readonly silent: boolean;
}

export interface VoiceOptions {
  /** Nothing of ours on any descriptor. */
  readonly quiet?: boolean;
  /** Our lines go to this file instead. */
  readonly log?: string;
}

const attempts = 100;
const pauseMs = 10;

/** A terminal or pipe that the program made non-blocking may be full for a moment; a reader that never comes is not waited for. */
function write(text: string): void {
  let rest = Buffer.from(text);
  for (let attempt = 0; attempt < attempts && rest.length > 0; attempt += 1) {
    try {
      rest = rest.subarray(writeSync(2, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
    }
  }
}

function append(file: string, text: string): void {
  try {
    appendFileSync(file, text, { mode: 0o600 });
  } catch {
    // The log is a convenience: a full disk must not end the run.
  }
}

export function makeVoice(options: VoiceOptions): Voice {
  const { log, quiet = false } = options;
  const out = log === undefined ? (quiet ? () => undefined : write) : (text: string) => append(log, text);
  return {
    silent: quiet && log === undefined,
    say: (line) => out(`watertight: ${line}\n`),
    print: (block) => out(block.endsWith('\n') ? block : `${block}\n`),
  };
}
