import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Bytes, Milliseconds } from '../../kernel/units.ts';
import type { OwnAllocations } from './own-allocations.ts';
import type { PackedPoll } from './packed-poll.ts';
import type { JudgedWindow } from './window-judge.ts';
import { WindowJudge } from './window-judge.ts';

/** What the thread that analyses is asked: in order, one answer each. */
export interface Question {
  readonly intervalBytes: Bytes;
  readonly poll: PackedPoll;
  readonly tMs: Milliseconds;
}

/** Judges one window, poll by poll. */
export interface Analysis {
  add(question: Question): Promise<JudgedWindow>;
  /** Any number of calls. What was asked and not answered yet never settles. */
  close(): void;
}

/** In the thread that is watched: what is analysed lies in the heap that is observed, and the thread stands still meanwhile. */
export class InlineAnalysis implements Analysis {
  readonly #own: OwnAllocations;
  #judge: WindowJudge | null = null;

  constructor(own: OwnAllocations) {
    this.#own = own;
  }

  add({ intervalBytes, poll, tMs }: Question): Promise<JudgedWindow> {
    const judge = (this.#judge ??= new WindowJudge(intervalBytes));
    return Promise.resolve(this.#own.during(() => judge.add(poll, tMs)));
  }

  close(): void {
    this.#judge = null;
  }
}

const ownFile = new URL(`./judge-worker${extname(import.meta.url)}`, import.meta.url);

/** In a worker thread that lives as long as the window. Where it cannot be started (a bundler has left it behind, say) the thread itself analyses. */
export class AnalysisThread implements Analysis {
  readonly #own: OwnAllocations;
  readonly #worker: Worker;
  /** All that was asked, for whoever must begin anew. */
  readonly #asked: Question[] = [];
  readonly #waiting: ((judged: JudgedWindow) => void)[] = [];
  #inline: InlineAnalysis | null = null;

  /** `file`: where the worker's script is; default: beside this file. Throws nothing. */
  constructor(own: OwnAllocations, file?: string) {
    this.#own = own;
    const chosen = file ?? process.env['WATERTIGHT_JUDGE_WORKER'] ?? ownFile;
    this.#worker = new Worker(chosen, { name: 'watertight analysis', execArgv: [], stdout: true, stderr: true });
    this.#worker.unref();
    this.#worker.on('message', (judged: JudgedWindow) => this.#waiting.shift()?.(judged));
    this.#worker.on('error', () => this.#fallBack());
  }

  get isInline(): boolean {
    return this.#inline !== null;
  }

  add(question: Question): Promise<JudgedWindow> {
    if (this.#inline !== null) return this.#inline.add(question);
    this.#asked.push(question);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#worker.postMessage(question, []);
    });
  }

  close(): void {
    void this.#worker.terminate();
    this.#waiting.length = 0;
    this.#inline?.close();
  }

  /** Answers again from the beginning; those that were answered are not waiting any more. */
  #fallBack(): void {
    const inline = new InlineAnalysis(this.#own);
    this.#inline = inline;
    const answered = this.#asked.length - this.#waiting.length;
    for (const [index, question] of this.#asked.entries()) {
      const judged = inline.add(question);
      if (index >= answered) void judged.then(this.#waiting.shift());
    }
  }
}
