import { defineKind, systemClock } from '../core/index.ts';
import type { Clock, Milliseconds, ReleaseContext, ResourceKind } from '../core/index.ts';
import { checkOptions, having, milliseconds, wholeNumber } from '../kernel/options.ts';
import type { Rule } from '../kernel/options.ts';

/** How the release of a controllable resource goes. */
export interface ControllableOptions {
  /** It fails: always (true), the first so many times, or with this error. Default false. */
  readonly fail?: boolean | number | Error;
  /** It takes so long. Default 0: it is synchronous, unless `hang`. */
  readonly delayMs?: Milliseconds;
  /** It does not settle before `unhang()`. Default false. */
  readonly hang?: boolean;
  readonly clock?: Clock;
}

const failRule: Rule = {
  expected: 'true, false, how many times, or an Error',
  accepts: (value) => typeof value === 'boolean' || value instanceof Error || wholeNumber(0).accepts(value),
};

/** A resource for tests of what holds resources: its release fails, takes long or hangs as told, and it counts what is done to it. */
export class ControllableResource implements AsyncDisposable {
  readonly #options: ControllableOptions;
  readonly #waiting: (() => void)[] = [];
  #hangs: boolean;
  #releases = 0;
  #running = 0;
  #overlapped = false;
  #isReleased = false;

  constructor(options: ControllableOptions) {
    checkOptions('controllableResource', options, {
      fail: failRule,
      delayMs: milliseconds,
      hang: { expected: 'true or false', accepts: (value) => typeof value === 'boolean' },
      clock: having('now', 'monotonic', 'schedule'),
    });
    this.#options = options;
    this.#hangs = options.hang ?? false;
  }

  /** How often the release was begun. */
  get releases(): number {
    return this.#releases;
  }

  /** A release has ended well. */
  get isReleased(): boolean {
    return this.#isReleased;
  }

  /** Two releases ran at the same time. */
  get overlapped(): boolean {
    return this.#overlapped;
  }

  /** Lets a release that hangs, and all later ones, go on. */
  unhang(): void {
    this.#hangs = false;
    for (const resume of this.#waiting.splice(0)) resume();
  }

  /** As the options say. A promise when it takes time. */
  release(_context?: ReleaseContext): Promise<void> | void {
    this.#releases += 1;
    this.#overlapped ||= this.#running > 0;
    const { delayMs = 0 } = this.#options;
    if (delayMs === 0 && !this.#hangs) return this.#end(this.#releases);
    return this.#later(this.#releases, delayMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }

  async #later(which: number, delayMs: Milliseconds): Promise<void> {
    this.#running += 1;
    try {
      const clock = this.#options.clock ?? systemClock;
      if (delayMs > 0) await new Promise<void>((resolve) => void clock.schedule(delayMs, resolve, { ref: true }));
      if (this.#hangs) await new Promise<void>((resolve) => void this.#waiting.push(resolve));
      this.#end(which);
    } finally {
      this.#running -= 1;
    }
  }

  #end(which: number): void {
    const { fail = false } = this.#options;
    const fails = typeof fail === 'number' ? which <= fail : fail !== false;
    if (fails) throw fail instanceof Error ? fail : new Error(`controllable resource: release ${which} fails`);
    this.#isReleased = true;
  }
}

/** The kind of controllable resources: released as they say, verified by what they say. */
export const controllableResources: ResourceKind<ControllableResource> = defineKind<ControllableResource>({
  type: 'custom:controllable',
  release: (resource, context) => resource.release(context),
  probe: (resource) => (resource.isReleased ? 'gone' : 'still-there'),
});

/** A resource whose release fails, takes time or hangs as told. Throws WT_INVALID_OPTION. */
export function controllableResource(options: Readonly<ControllableOptions> = {}): ControllableResource {
  return new ControllableResource(options);
}
