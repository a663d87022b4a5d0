import type { NoteCode } from '../wire/records.ts';
import type { AgentClock } from './clock.ts';
import type { Natives } from './natives.ts';

/** Lines wait here; `write()` opens the file, appends them and closes it: no descriptor is kept, since programs that close all descriptors would hand its number to somebody else. */
export interface Recorder {
  readonly path: string;
  /** Makes the file. If that fails, recording has stopped. */
  begin(header: unknown): void;
  /** Queues one record. */
  add(record: readonly unknown[]): void;
  /** Queues a note, each code and text once. */
  note(code: NoteCode, text: string): void;
  /** Appends what is queued. Does nothing once recording has stopped. Never throws. */
  write(): void;
  readonly stopped: () => boolean;
  /** Bytes of the file as far as we wrote them. */
  readonly size: () => number;
  /** Says that the file was replaced by a smaller one of this size. */
  replaced(size: number): void;
}

/** Errors after which writing again is pointless. Any other may pass (a mocked file system, too many open files). */
const fatal = ['ENOSPC', 'EACCES', 'EROFS', 'EDQUOT', 'EPERM', 'ERR_ACCESS_DENIED'];
/** O_WRONLY and O_APPEND: a file that was removed is not made again. */
const appendOnly = process.platform === 'linux' ? 0o2001 : 'a';
const maxFailures = 5;
const maxQueued = 20_000;

// oxlint-disable-next-line max-lines-per-function -- a factory of small functions: closures bundle to less than classes do
export function createRecorder(natives: Natives, clock: AgentClock, path: string): Recorder {
  let lines: string[] = [];
  let said: string[] = [];
  let size = 0;
  let failures = 0;
  let stopped = false;

  function append(text: string, flags: number | string = appendOnly): void {
    const descriptor = natives.openSync(path, flags, 0o600);
    try {
      const length = Buffer.byteLength(text);
      let done = natives.writeSync(descriptor, text);
      if (done < length) {
        const bytes = Buffer.from(text);
        while (done < length) done += natives.writeSync(descriptor, bytes, done);
      }
      size += length;
    } finally {
      natives.closeSync(descriptor);
    }
  }

  function failed(error: unknown): void {
    failures += 1;
    const code = String((error as NodeJS.ErrnoException | null)?.code);
    if (failures < maxFailures && fatal.indexOf(code) < 0) return;
    stopped = true;
    try {
      append(`\n${JSON.stringify(['!', clock.elapsed(), 'truncated', `recording stopped: ${code}`])}\n`);
    } catch {
      // The reader sees that records end before the program did.
    }
    lines = [];
  }

  const recorder: Recorder = {
    path,
    begin(header) {
      try {
        append(`${JSON.stringify(header)}\n`, 'ax');
      } catch {
        stopped = true;
      }
    },
    add(record) {
      if (!stopped && lines.length < maxQueued) lines.push(`${JSON.stringify(record)}\n`);
    },
    note(code, text) {
      if (said.indexOf(code + text) >= 0 || said.length > 100) return;
      said = said.concat(code + text);
      recorder.add(['!', clock.elapsed(), code, text]);
    },
    write() {
      if (stopped || lines.length === 0) return;
      try {
        append(lines.join(''));
        lines = [];
        failures = 0;
      } catch (error) {
        failed(error);
      }
    },
    stopped: () => stopped,
    size: () => size,
    replaced(bytes) {
      size = bytes;
    },
  };
  return recorder;
}
