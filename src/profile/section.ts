import { aBoolean, aFunction, aName, checkOptions, invalid, shown } from '../kernel/options.ts';
import type { Rule, Rules } from '../kernel/options.ts';
import type { Milliseconds } from '../kernel/units.ts';
import { ambient, runWith } from './ambient.ts';
import type { MemoryFigures } from './figures.ts';
import { figuresOf, look } from './figures.ts';
import type { SectionHost } from './section-host.ts';
import type { SectionReport } from './section-report.ts';
import { SectionState } from './section-state.ts';

/** How a section is measured. */
export interface SectionOptions {
  /** The section that this one is inside of; `null`: of none. Default: that of the nearest `MemorySection.run`. */
  readonly parent?: MemorySection | null;
  /** Force a full collection before and after, so that `retainedBytes` is known. The thread stands still for each: 0.8 ms per MB of small objects. Default false. */
  readonly collect?: boolean;
  /** Told of the report when the section ends. What it throws is logged. */
  readonly onEnd?: (report: SectionReport) => void;
}

/** Figures taken by hand within a section. */
export interface SectionSnapshot extends MemoryFigures {
  readonly label: string | null;
  /** Since the section began. */
  readonly atMs: Milliseconds;
}

const mostSnapshots = 100;

let make: (state: SectionState) => MemorySection;
let stateOf: (section: MemorySection) => SectionState;

/**
 * A stretch of the program whose memory is measured, until it is disposed: `using section = trackMemoryUsage('import')`. Its end
 * gives a `SectionReport`. Any number may be open at once, nested or side by side.
 */
export class MemorySection implements Disposable {
  readonly #state: SectionState;
  #snapshots: SectionSnapshot[] = [];

  static {
    make = (state) => new MemorySection(state);
    stateOf = (section) => section.#state;
  }

  private constructor(state: SectionState) {
    this.#state = state;
  }

  get name(): string {
    return this.#state.name;
  }

  /** Names of the sections around it, outermost first, and its own. */
  get path(): readonly string[] {
    return this.#state.path;
  }

  /** What the section used; `null` until it has ended. */
  get report(): SectionReport | null {
    return this.#state.report;
  }

  /** What was taken by `takeSnapshot`, the last 100. */
  get snapshots(): readonly SectionSnapshot[] {
    return [...this.#snapshots];
  }

  /** Figures of this moment, kept with the section. The peak does not need them. About 30 µs. */
  takeSnapshot(label: string | null = null): SectionSnapshot {
    const taken = Object.freeze({ label, atMs: this.#state.elapsedMs(), ...figuresOf(look()) });
    this.#snapshots = [...this.#snapshots.slice(1 - mostSnapshots), taken];
    return taken;
  }

  /** Opens a section inside this one, also where both go on over awaits: who is inside whom is said, not guessed. Throws WT_INVALID_OPTION. */
  track(name: string, options?: SectionOptions): MemorySection {
    return beginSection(this.#state.host, name, { ...options, parent: this });
  }

  /**
   * Calls `task`; sections that `trackMemoryUsage` opens in it, through awaits and callbacks, are inside this one. By
   * AsyncLocalStorage: on Node 20 and 22 the first call makes every await of the process slower (0.4 to 1.2 µs for three).
   */
  run<R>(task: (section: MemorySection) => R): R {
    return runWith(this, () => task(this));
  }

  /** Ends the section: `failed` where what was measured did. The first call counts; every call answers with the same report. */
  end(outcome: 'ok' | 'failed' = 'ok'): SectionReport {
    return this.#state.end(outcome);
  }

  [Symbol.dispose](): void {
    this.#state.end('ok');
  }
}

const aSection: Rule = {
  expected: 'a section or null',
  accepts: (value) => value === null || value instanceof MemorySection,
};
export const sectionRules: Rules = { parent: aSection, collect: aBoolean, onEnd: aFunction };

function parentOf(options: SectionOptions): SectionState | null {
  const around = options.parent === undefined ? ambient() : options.parent;
  // What has ended is around nothing any more.
  return around instanceof MemorySection && around.report === null ? stateOf(around) : null;
}

/** Throws WT_INVALID_OPTION. */
export function beginSection(host: SectionHost, name: string, options: SectionOptions = {}): MemorySection {
  if (!aName.accepts(name)) throw invalid('trackMemoryUsage', `the name must be ${aName.expected}, got ${shown(name)}`);
  checkOptions('trackMemoryUsage', options, sectionRules);
  const { collect = false, onEnd } = options;
  return make(new SectionState({ host, name, parent: parentOf(options), collect, onEnd }));
}
