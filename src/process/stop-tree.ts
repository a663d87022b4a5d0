import { pause } from '../kernel/clock/index.ts';
import type { Clock } from '../kernel/clock/index.ts';
import { processKey, sendSignal } from '../kernel/processes/index.ts';
import type { KnownProcess } from '../kernel/processes/index.ts';
import type { Milliseconds } from '../kernel/units.ts';
import type { StopSettings } from './options.ts';
import type { TreeSearch } from './tree-search.ts';
import type { StopReport, TreeProcess } from './types.ts';

const firstStepMs: Milliseconds = 2;
const longestStepMs: Milliseconds = 50;
const ownReapMs: Milliseconds = 2_000;

export function treeProcess({ pid, start, parent, command, proof }: KnownProcess): TreeProcess {
  return Object.freeze({ pid, start, parent, command, proof });
}

/** One stop of one tree. */
class Stop {
  readonly #search: TreeSearch;
  readonly #clock: Clock;
  readonly #settings: StopSettings;
  readonly #told = new Set<string>();
  readonly #killed = new Set<string>();
  /** A search of all processes has found none. */
  #empty = false;

  constructor(search: TreeSearch, clock: Clock, settings: StopSettings) {
    this.#search = search;
    this.#clock = clock;
    this.#settings = settings;
  }

  async run(): Promise<StopReport> {
    const begun = this.#clock.monotonic();
    const { signal, graceMs, killGraceMs, reapGraceMs } = this.#settings;
    if (signal !== 'SIGKILL' && graceMs > 0) await this.#politely(signal, graceMs);
    if (!this.#empty) await this.#byForce(killGraceMs);
    // Its own child Node asks as soon as the event loop comes round.
    if (this.#empty) await this.#wait(ownReapMs, () => this.#search.unreaped().length === 0);
    await this.#wait(reapGraceMs, () => this.#search.zombies().length === 0);
    const left = this.#empty ? [] : this.#search.search().map(treeProcess);
    const zombies = this.#search.zombies().map(treeProcess);
    return Object.freeze({
      ok: left.length === 0 && this.#search.unreaped().length === 0,
      signalled: this.#told.size,
      killed: this.#killed.size,
      left,
      zombies,
      durationMs: Math.round(this.#clock.monotonic() - begun),
    });
  }

  /** Each process is told once, also what is started while the others end. */
  async #politely(signal: NodeJS.Signals, withinMs: Milliseconds): Promise<void> {
    const first = this.#search.search();
    this.#empty = first.length === 0;
    if (this.#empty) return;
    this.#tell(first, signal);
    await this.#wait(withinMs, () => {
      const found = this.#search.follow();
      this.#tell(found, signal);
      if (found.length > 0) return false;
      // Only now it is worth to look through all processes.
      const more = this.#search.search();
      this.#tell(more, signal);
      this.#empty = more.length === 0;
      return this.#empty;
    });
  }

  async #byForce(withinMs: Milliseconds): Promise<void> {
    await this.#wait(withinMs, () => {
      const found = this.#search.search();
      for (const process of found) {
        this.#killed.add(processKey(process));
        this.#send(process, 'SIGKILL');
      }
      this.#empty = found.length === 0;
      return this.#empty;
    });
  }

  #tell(found: readonly KnownProcess[], signal: NodeJS.Signals): void {
    for (const process of found) if (!this.#told.has(processKey(process))) this.#send(process, signal);
  }

  #send(process: KnownProcess, signal: NodeJS.Signals): void {
    this.#told.add(processKey(process));
    sendSignal(this.#search.table, process, signal);
  }

  /** Asks at once and then after steps that grow; one last time when the time is over. */
  async #wait(withinMs: Milliseconds, done: () => boolean): Promise<void> {
    const deadline = this.#clock.monotonic() + withinMs;
    for (let stepMs = firstStepMs; !done(); stepMs = Math.min(2 * stepMs, longestStepMs)) {
      const restMs = deadline - this.#clock.monotonic();
      if (restMs <= 0) return;
      await pause(this.#clock, Math.min(stepMs, restMs));
    }
  }
}

/** Ends every process of a tree: politely, then by force, until a search of all processes finds none. Never rejects. */
export function stopTree(search: TreeSearch, clock: Clock, settings: StopSettings): Promise<StopReport> {
  return new Stop(search, clock, settings).run();
}

const rounds = 5;

/** For the end of the process: kills what there is, and what that has started meanwhile. */
export function killTree(search: TreeSearch): void {
  for (let round = 0; round < rounds; round += 1) {
    const found = search.search();
    if (found.length === 0) return;
    for (const process of found) sendSignal(search.table, process, 'SIGKILL');
  }
}
