import { writeSync } from 'node:fs';
import { emitKeypressEvents } from 'node:readline';
import type { ReadStream, WriteStream } from 'node:tty';
import type { ScreenSize } from './screen.ts';

/** A key as readline names it. */
export interface Key {
  readonly name: string;
  readonly ctrl: boolean;
  /** What it writes; empty for keys that write nothing. */
  readonly text: string;
}

const enter = '\u001B[?1049h\u001B[?25l';
const leave = '\u001B[?25h\u001B[?1049l';
const stdoutDescriptor = 1;
const signals = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const;

/** A screen of our own on the terminal, which is as it was before when this is closed, however we end. */
export class Terminal {
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  readonly #onKey: (key: Key) => void;
  readonly #onResize: () => void;
  #isOpen = false;

  constructor(
    input: ReadStream,
    output: WriteStream,
    handlers: { readonly key: (key: Key) => void; readonly resize: () => void },
  ) {
    this.#input = input;
    this.#output = output;
    this.#onKey = handlers.key;
    this.#onResize = handlers.resize;
  }

  get size(): ScreenSize {
    const { columns, rows } = this.#output;
    return { columns: Math.max(20, columns || 80), lines: Math.max(6, rows || 24) };
  }

  open(): void {
    emitKeypressEvents(this.#input);
    this.#input.on('keypress', this.#keypress);
    this.#output.on('resize', this.#onResize);
    process.on('exit', this.#restore);
    process.on('SIGCONT', this.#resume);
    for (const signal of signals) process.on(signal, this.#die);
    this.#enter();
    this.#input.resume();
  }

  close(): void {
    this.#restore();
    this.#input.pause();
    this.#input.off('keypress', this.#keypress);
    this.#output.off('resize', this.#onResize);
    process.off('exit', this.#restore);
    process.off('SIGCONT', this.#resume);
    for (const signal of signals) process.off(signal, this.#die);
  }

  /** Leaves the screen for what the function prints, until a key is pressed. */
  showBelow(text: string): void {
    this.#restore();
    this.#write(text);
    this.#input.setRawMode(true);
  }

  /** Back from {@link showBelow}. */
  back(): void {
    this.#enter();
  }

  draw(lines: readonly string[]): void {
    if (!this.#isOpen) return;
    const body = lines.map((line) => `${line}\u001B[K`).join('\r\n');
    // Drawn at once where the terminal can.
    this.#write(`\u001B[?2026h\u001B[H${body}\u001B[J\u001B[?2026l`);
  }

  readonly #keypress = (text: string | undefined, key: { name?: string; ctrl?: boolean } | undefined): void => {
    const ctrl = key?.ctrl === true;
    if (ctrl && key?.name === 'z') return this.#suspend();
    this.#onKey({ name: key?.name ?? '', ctrl, text: ctrl || text === undefined ? '' : text });
  };

  #enter(): void {
    this.#isOpen = true;
    this.#input.setRawMode(true);
    this.#write(enter);
  }

  readonly #restore = (): void => {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#write(leave);
    this.#input.setRawMode(false);
  };

  readonly #die = (signal: NodeJS.Signals): void => {
    this.#restore();
    process.off(signal, this.#die);
    process.kill(process.pid, signal);
  };

  #suspend(): void {
    this.#restore();
    process.kill(process.pid, 'SIGSTOP');
  }

  readonly #resume = (): void => {
    this.#enter();
    this.#onResize();
  };

  /** Synchronously: it must be out before we end. A terminal that has gone is no failure. */
  #write(text: string): void {
    try {
      writeSync(stdoutDescriptor, text);
    } catch {
      // EIO after a hang-up, EAGAIN of a terminal that is full: the next picture comes in a moment.
    }
  }
}
