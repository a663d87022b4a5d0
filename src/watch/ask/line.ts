import { rmSync, readFileSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { Clock, Timer } from '../../kernel/clock/index.ts';
import { systemClock, until } from '../../kernel/clock/index.ts';
import { codes } from '../../kernel/codes.ts';
import type { ErrorCode } from '../../kernel/codes.ts';
import { WatertightError } from '../../kernel/errors.ts';
import type { Milliseconds } from '../../kernel/units.ts';
import { askSuffix, dataFileName, dataFileSuffix, pointerSuffix } from '../../wire/index.ts';
import type { Answers, Greeting, Question, Reply } from '../../wire/index.ts';

/** A thread of a watched program, as its data file names it. */
export interface AskedThread {
  readonly pid: number;
  readonly start: number;
  readonly tid: number;
}

export interface LineOptions {
  /** How long the thread may take to listen; it looks about once a second. Default 10 000. */
  readonly openWithinMs?: Milliseconds;
  readonly clock?: Clock;
}

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: Timer;
}

const stepMs = 25;
const connectMs = 5_000;

function noAnswer(thread: AskedThread, why: string, cause?: unknown): WatertightError {
  const which = thread.tid === 0 ? `process ${thread.pid}` : `thread ${thread.tid} of process ${thread.pid}`;
  return new WatertightError('WT_NO_ANSWER', `${which} does not answer: ${why}`, cause === undefined ? {} : { cause });
}

function isCode(code: string): code is ErrorCode {
  return Object.hasOwn(codes, code);
}

function pointedAt(stem: string): string | undefined {
  try {
    const { path } = JSON.parse(readFileSync(stem + pointerSuffix, 'utf8')) as { readonly path?: unknown };
    return typeof path === 'string' ? path : undefined;
  } catch {
    return undefined;
  }
}

function askToListen(stem: string, thread: AskedThread): void {
  try {
    writeFileSync(stem + askSuffix, '', { mode: 0o600 });
  } catch (cause) {
    throw noAnswer(thread, 'its run directory has gone or cannot be written to', cause);
  }
}

function connect(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

function isThread(line: string, thread: AskedThread): boolean {
  try {
    const { pid, start, tid } = JSON.parse(line) as Partial<Greeting>;
    return pid === thread.pid && start === thread.start && tid === thread.tid;
  } catch {
    return false;
  }
}

/**
 * A line to a watched thread, for live questions. Whoever opens one closes it; the thread takes its socket away half a minute later. Questions are
 * answered one after the other, in the thread itself: a busy one answers when its event loop turns.
 */
export class Line {
  readonly thread: AskedThread;
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #waiting = new Map<number, Waiting>();
  #rest = '';
  #lastId = 0;

  private constructor(thread: AskedThread, socket: Socket, clock: Clock) {
    this.thread = thread;
    this.#socket = socket;
    this.#clock = clock;
  }

  /** Rejects with WT_NO_ANSWER when the thread does not listen in time, has ended, or is another than the one meant. */
  static async open(directory: string, thread: AskedThread, options: LineOptions = {}): Promise<Line> {
    const clock = options.clock ?? systemClock;
    const stem = join(directory, dataFileName(thread.pid, thread.start, thread.tid).slice(0, -dataFileSuffix.length));
    const known = pointedAt(stem);
    if (known !== undefined) {
      try {
        return await Line.#greeted(thread, known, clock);
      } catch {
        // Left by a thread that died, or just taken away: it is asked again.
        rmSync(stem + pointerSuffix, { force: true });
      }
    }
    askToListen(stem, thread);
    const withinMs = options.openWithinMs ?? 10_000;
    if (!(await until(clock, () => pointedAt(stem) !== undefined, { withinMs, stepMs }))) {
      rmSync(stem + askSuffix, { force: true });
      throw noAnswer(thread, `it was busy for ${Math.round(withinMs / 1000)} s, has ended, or its watertight is older`);
    }
    return Line.#greeted(thread, pointedAt(stem) ?? '', clock);
  }

  static async #greeted(thread: AskedThread, path: string, clock: Clock): Promise<Line> {
    const socket = await connect(path).catch((cause: unknown) => {
      throw noAnswer(thread, 'its socket refuses', cause);
    });
    const line = new Line(thread, socket, clock);
    const greeting = line.#expect(0, connectMs, () => noAnswer(thread, 'it said nothing when it was called'));
    line.#listen();
    try {
      if (!isThread(String(await greeting), thread)) throw noAnswer(thread, 'somebody else does in its place');
    } catch (error) {
      line.close();
      throw error;
    }
    return line;
  }

  /** Asks and answers with what the thread says. Rejects with the code that the thread gives, or WT_NO_ANSWER after `withinMs` (default 10 000) or when it ends. */
  ask<Kind extends Question['ask']>(
    question: Extract<Question, { readonly ask: Kind }>,
    options: { readonly withinMs?: Milliseconds } = {},
  ): Promise<Answers[Kind]> {
    this.#lastId += 1;
    const id = this.#lastId;
    const withinMs = options.withinMs ?? 10_000;
    const answer = this.#expect(id, withinMs, () =>
      noAnswer(this.thread, `nothing came within ${Math.round(withinMs / 1000)} s of the question`),
    );
    this.#socket.write(`${JSON.stringify({ ...question, id })}\n`);
    // The reply to a question is the answer of its kind: both sides are of one version, or the code says otherwise.
    return answer as Promise<Answers[Kind]>;
  }

  /** Ends the line; questions that wait are rejected with WT_NO_ANSWER. */
  close(): void {
    this.#socket.destroy();
    this.#fail(noAnswer(this.thread, 'the line was closed'));
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #expect(id: number, withinMs: Milliseconds, late: () => WatertightError): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) {
        reject(noAnswer(this.thread, 'the line was closed'));
        return;
      }
      const timer = this.#clock.schedule(
        withinMs,
        () => {
          this.#waiting.delete(id);
          reject(late());
        },
        { ref: true },
      );
      this.#waiting.set(id, { resolve, reject, timer });
    });
  }

  #listen(): void {
    this.#socket.setEncoding('utf8');
    this.#socket.on('data', (text: unknown) => {
      const lines = (this.#rest + String(text)).split('\n');
      this.#rest = lines.pop() ?? '';
      for (const line of lines) this.#take(line);
    });
    this.#socket.on('error', () => this.#socket.destroy());
    this.#socket.on('close', () => this.#fail(noAnswer(this.thread, 'it ended, or took its socket away')));
  }

  #take(line: string): void {
    // The first line is the greeting: whoever opened the line waits for it under 0.
    const greeting = this.#waiting.get(0);
    if (greeting !== undefined) return this.#settle(0, () => greeting.resolve(line));
    let reply: Reply;
    try {
      reply = JSON.parse(line) as Reply;
    } catch {
      return;
    }
    const waiting = this.#waiting.get(reply.id);
    if (waiting === undefined) return;
    this.#settle(reply.id, () => {
      if (reply.ok) waiting.resolve(reply.answer);
      else waiting.reject(new WatertightError(isCode(reply.code) ? reply.code : 'WT_NOT_AVAILABLE', reply.message));
    });
  }

  #settle(id: number, how: () => void): void {
    this.#waiting.get(id)?.timer.cancel();
    this.#waiting.delete(id);
    how();
  }

  #fail(error: WatertightError): void {
    for (const [id, { reject }] of this.#waiting) this.#settle(id, () => reject(error));
  }
}
