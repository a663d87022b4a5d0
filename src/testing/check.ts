import type { Clock } from '../kernel/clock/index.ts';
import type { Milliseconds } from '../kernel/units.ts';
import { runningChildren, seesChildren } from './children.ts';
import { HandleLines, openHandles } from './handles.ts';
import { LeftOpenError } from './left-open-error.ts';
import { checkSettings } from './options.ts';
import { NewRows } from './rows.ts';
import { trackTempDirs } from './temp-dirs.ts';
import type { TempDirTracker } from './temp-dirs.ts';
import type { LeakCheckOptions, LeftOpen } from './words.ts';

const pollMs: Milliseconds = 10;

/** What is open when it is made is the baseline; what is open beyond that when it ends is a leak. */
export class LeakCheck implements Disposable {
  readonly #settings: Required<LeakCheckOptions>;
  readonly #lines: HandleLines | undefined;
  readonly #tempDirs: TempDirTracker | undefined;
  readonly #handles: ReadonlyMap<string, number>;
  readonly #children: ReadonlySet<number>;
  readonly #rows: readonly NewRows[];

  /** Begins. Throws WT_INVALID_OPTION. */
  constructor(options: LeakCheckOptions = {}) {
    const settings = checkSettings('expectNoLeaks', options);
    this.#settings = settings;
    openStandardStreams();
    this.#handles = openHandles();
    this.#children = new Set(runningChildren().map(({ pid }) => pid));
    this.#rows = settings.registries.map((registry) => new NewRows(registry, settings.lines));
    this.#tempDirs = settings.tempDirs ? trackTempDirs() : undefined;
    this.#lines = settings.handles && settings.lines ? new HandleLines() : undefined;
  }

  /** What is open beyond the baseline, now. */
  leftNow(): readonly LeftOpen[] {
    const { handles, processes, ignore } = this.#settings;
    const left = [
      ...(handles ? this.#leftHandles() : []),
      ...(processes ? this.#leftProcesses() : []),
      ...this.#rows.flatMap((rows) => rows.left()),
      ...(this.#tempDirs?.left() ?? []).map(({ path, createdAt }): LeftOpen => ({
        kind: 'temp-directory',
        what: path,
        count: 1,
        createdAt,
      })),
    ];
    return left.filter((one) => !ignore(one));
  }

  /** The same, once nothing is left or the time to settle is over. */
  async left(): Promise<readonly LeftOpen[]> {
    const { clock, settleMs } = this.#settings;
    const deadline = clock.monotonic() + settleMs;
    for (;;) {
      const left = this.leftNow();
      if (left.length === 0 || clock.monotonic() >= deadline) return left;
      await pause(clock, pollMs);
    }
  }

  /** Ends the check. Rejects with WT_LEFT_OPEN, and the list, when something is left. */
  async expectNothing(whose: string): Promise<void> {
    try {
      const left = await this.left();
      if (left.length > 0) throw new LeftOpenError(whose, left);
    } finally {
      this[Symbol.dispose]();
    }
  }

  [Symbol.dispose](): void {
    this.#lines?.[Symbol.dispose]();
    this.#tempDirs?.[Symbol.dispose]();
    for (const rows of this.#rows) rows[Symbol.dispose]();
  }

  /** With lines each handle is known by itself; without, a baseline handle that has ended hides a new one of its type. */
  #leftHandles(): LeftOpen[] {
    const now = [...openHandles()].filter(([name]) => !(seesChildren && name === 'ProcessWrap'));
    return now.flatMap(([what, count]) => {
      if (this.#lines !== undefined) return grouped(what, this.#lines.linesOf(what).slice(-count));
      const more = count - (this.#handles.get(what) ?? 0);
      return more > 0
        ? grouped(
            what,
            Array.from({ length: more }, () => null),
          )
        : [];
    });
  }

  #leftProcesses(): LeftOpen[] {
    return runningChildren()
      .filter(({ pid }) => !this.#children.has(pid))
      .map(({ pid, command }) => {
        const createdAt = this.#lines?.lineOfProcess(pid) ?? null;
        return { kind: 'process', what: `process ${pid} (${command})`, count: 1, createdAt };
      });
  }
}

/** Node opens them on first use, for good: a task that prints first must not be blamed. */
function openStandardStreams(): void {
  void process.stdout.writable;
  void process.stderr.writable;
}

function grouped(what: string, lines: readonly (string | null)[]): LeftOpen[] {
  const byLine = new Map<string | null, number>();
  for (const line of lines) byLine.set(line, (byLine.get(line) ?? 0) + 1);
  return [...byLine].map(([createdAt, count]) => ({ kind: 'handle', what, count, createdAt }));
}

/** Keeps the process alive: a runner must not end before the verdict. */
function pause(clock: Clock, ms: Milliseconds): Promise<void> {
  return new Promise((resolve) => {
    clock.schedule(ms, resolve, { ref: true });
  });
}
