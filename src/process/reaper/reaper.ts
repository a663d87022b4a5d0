import { isMainThread } from 'node:worker_threads';
import type { ProcessId } from '../../kernel/processes/index.ts';
import { systemProcessTable } from '../../kernel/processes/index.ts';
import type { ReaperMode } from '../types.ts';
import type { ReaperPipe } from './spawn-reaper.ts';
import { spawnReaper } from './spawn-reaper.ts';

/** Lines that say nothing any more, after which everything is said anew: so the reaper's memory stays small. */
const mostStale = 512;
const mostStarts = 5;

/** What the reaper of this process knows, and the way to tell it. */
export class Reaper {
  readonly mode: ReaperMode;
  readonly #marks = new Map<string, ProcessId[]>();
  readonly #directories: readonly string[];
  #pipe: ReaperPipe | undefined;
  #stale = 0;
  #starts = 0;

  /** `directories` are removed after the owner's death. */
  constructor(mode: ReaperMode, directories: readonly string[]) {
    this.mode = mode;
    this.#directories = directories.filter((path) => !path.includes('\n'));
    this.#start();
  }

  /** False where there is none, or it could not be started. */
  get watches(): boolean {
    return this.#pipe !== undefined;
  }

  /** To be called before the tree is started: in the pipe when it returns. */
  own(mark: string): void {
    this.#marks.set(mark, []);
    this.#say(`m ${mark}\n`);
  }

  /** A process that is found also when it wipes its environment. */
  point(mark: string, id: ProcessId): void {
    const known = this.#marks.get(mark);
    if (known === undefined || id.start === 0) return;
    known.push(id);
    this.#say(`p ${mark} ${id.pid} ${id.start}\n`);
  }

  forget(mark: string): void {
    const known = this.#marks.get(mark);
    if (known === undefined) return;
    this.#marks.delete(mark);
    this.#stale += 2 + known.length;
    this.#say(this.#stale > mostStale ? this.#everything() : `u ${mark}\n`);
  }

  #say(lines: string): void {
    if (this.#pipe === undefined) this.#start();
    else this.#pipe.write(lines);
  }

  #everything(): string {
    this.#stale = 0;
    const trees = [...this.#marks].flatMap(([mark, ids]) => [
      `m ${mark}`,
      ...ids.map(({ pid, start }) => `p ${mark} ${pid} ${start}`),
    ]);
    return ['c', ...ownerLine(), ...this.#directories.map((path) => `d ${path}`), ...trees, ''].join('\n');
  }

  /** Somebody may have killed it: it is started again with all that it must know. */
  #start(): void {
    if (this.mode === 'off' || this.#starts >= mostStarts) return;
    this.#starts += 1;
    const pipe = spawnReaper(this.mode, () => {
      if (this.#pipe !== pipe) return;
      this.#pipe = undefined;
      this.#start();
    });
    this.#pipe = pipe;
    pipe?.write(this.#everything());
  }
}

/** Who must be dead besides the pipe. A worker thread can end while its process lives: there the pipe alone counts. */
function ownerLine(): readonly string[] {
  const start = systemProcessTable().read(process.pid)?.start;
  return isMainThread && start !== undefined ? [`o ${process.pid} ${start}`] : [];
}
