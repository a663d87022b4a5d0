import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../kernel/clock/index.ts';
import { formatCounted, formatDuration } from '../../kernel/format.ts';
import type { Milliseconds } from '../../kernel/units.ts';
import { Line } from '../ask/line.ts';
import type { AskedThread } from '../ask/line.ts';
import { makeFolder } from '../places/make-folder.ts';
import { analyseApart } from './analyse-apart.ts';
import type { Stayed } from './stayed-file.ts';
import { writeStayed } from './stayed-file.ts';
import { estimateText } from './take.ts';

/** What lives as long as a request must be over between two snapshots. */
const leastGapMs = 10_000;
/** The program works at least this many times as long as it stands still. */
const gapPerStop = 2;
const waitMs = 30 * 60_000;
const limit = 10;

export interface SnapshotSettings {
  /** Of the run's data. */
  readonly directory: string;
  /** Where the snapshots go: the report's folder, on disk. */
  readonly folder: string;
  readonly clock: Clock;
  readonly say: (text: string) => void;
  /** Least time between two snapshots. Default 10 s. */
  readonly gapMs?: Milliseconds;
}

type Files = readonly [string, string, string];

/** Takes three snapshots of the thread that is suspected first, and has them analysed while the program goes on. Once in a run. */
export class SnapshotsOnSuspicion {
  readonly #settings: SnapshotSettings;
  #work: Promise<void> | undefined;
  #taken = 0;
  #isOver = false;
  #isTold = false;
  /** Ends a wait. */
  #wake: () => void = () => undefined;

  constructor(settings: SnapshotSettings) {
    this.#settings = settings;
  }

  /** Begins with this thread, if nothing has begun yet. What goes wrong is said. */
  start(thread: AskedThread): void {
    this.#work ??= this.#run(thread).catch((error: unknown) => this.#failed(error));
  }

  /** The program has ended: resolves when what was begun is told, at once when nothing was. */
  async finish(): Promise<void> {
    this.#isOver = true;
    this.#wake();
    if (this.#work === undefined) return;
    if (this.#taken === 3 && !this.#isTold)
      this.#settings.say('the program has ended; waiting for the analysis of its snapshots');
    await this.#work;
  }

  async #run(thread: AskedThread): Promise<void> {
    const { folder, directory, say } = this.#settings;
    const [first, second, third] = [1, 2, 3].map((number) => join(folder, `${thread.pid}-${number}.heapsnapshot`));
    const files: Files = [first ?? '', second ?? '', third ?? ''];
    makeFolder(folder);
    try {
      await this.#takeAll(thread, files);
      const diff = await analyseApart({ what: 'three', files, limit });
      const stayed: Stayed = { version: 1, thread, classes: diff.classes, file: files[2] };
      writeStayed(directory, stayed);
      this.#isTold = true;
      const found =
        diff.classes.length === 0
          ? 'nothing was born and stayed'
          : `what stayed: ${formatCounted(diff.classes.length, 'class', 'classes')}`;
      say(`snapshots are analysed: ${found}; the last one is kept: ${files[2]}`);
    } finally {
      // Two of them only serve to compare; of three that were not taken none does.
      for (const file of this.#taken === 3 ? files.slice(0, 2) : files) rmSync(file, { force: true });
    }
  }

  async #takeAll(thread: AskedThread, files: Files): Promise<void> {
    const { directory, clock, say, gapMs = leastGapMs } = this.#settings;
    const line = await Line.open(directory, thread, { clock });
    try {
      const estimate = await line.ask({ ask: 'estimate', path: files[0] });
      say(estimate.refusal === null ? estimateText(estimate, 3) : `no snapshots: ${estimate.refusal}`);
      for (const file of files) {
        if (this.#taken > 0) await this.#settle(gapMs);
        const { stopMs } = await line.ask({ ask: 'snapshot', path: file }, { withinMs: waitMs });
        this.#taken += 1;
        say(`snapshot ${this.#taken} of 3: the program stood still for ${formatDuration(stopMs)}`);
        if (this.#taken < 3) await this.#settle(stopMs * gapPerStop);
      }
      await line.ask({ ask: 'forget' });
    } finally {
      line.close();
    }
  }

  /** The program works for this long; not longer than it lives. */
  #settle(ms: Milliseconds): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = this.#settings.clock.schedule(ms, resolve, { ref: true });
      this.#wake = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  #failed(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    if (this.#isOver && this.#taken < 3)
      this.#settings.say(
        `the program ended after ${formatCounted(this.#taken, 'snapshot')} of 3: who holds what stayed cannot be told`,
      );
    else this.#settings.say(`no snapshots: ${message}`);
  }
}
