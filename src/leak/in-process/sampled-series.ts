import type { Bytes, Milliseconds } from '../../kernel/units.ts';
import type { SampledFunction, SampledStack, Survivor, SurvivorPoll, SurvivorSeries } from '../survivors.ts';
import type { PackedPoll } from './packed-poll.ts';

/** Turns what a sampler of this thread tells into the series that detectors are given. Functions and stacks grow; polls are kept only if asked for. */
export class SampledSeries implements SurvivorSeries {
  readonly intervalBytes: Bytes;
  readonly functions: readonly SampledFunction[];
  readonly stacks: readonly SampledStack[];
  readonly polls: readonly SurvivorPoll[];
  readonly #functions: SampledFunction[] = [];
  readonly #stacks: SampledStack[] = [];
  readonly #polls: SurvivorPoll[] = [];
  /** The sampler's numbers, from 1 and with gaps, to indices. */
  readonly #functionOf: Map<number, number> = new Map();
  /** 0 is the stack without a function. */
  readonly #stackOf: Map<number, number> = new Map([[0, -1]]);

  constructor(intervalBytes: Bytes) {
    this.intervalBytes = intervalBytes;
    this.functions = this.#functions;
    this.stacks = this.#stacks;
    this.polls = this.#polls;
  }

  /** Takes in a poll, and answers with it as detectors have it. */
  add(poll: PackedPoll, tMs: Milliseconds): SurvivorPoll {
    for (const { id, name, url, line, column } of poll.functions) {
      this.#functionOf.set(id, this.#functions.length);
      this.#functions.push({ name, url, line, column });
    }
    for (const { id, parent, functionId } of poll.stacks) {
      this.#stackOf.set(id, this.#stacks.length);
      this.#stacks.push({ parent: this.#stackOf.get(parent) ?? -1, frame: this.#functionOf.get(functionId) ?? -1 });
    }
    const { clock, heapUsedBytes, externalBytes } = poll;
    const added = { tMs, clock, heapUsedBytes, externalBytes, born: this.#bornIn(poll), died: [...poll.died] };
    this.#polls.push(added);
    return added;
  }

  #bornIn({ born }: PackedPoll): readonly Survivor[] {
    const found: Survivor[] = [];
    for (let at = 0; at + 2 < born.length; at += 3) {
      const stack = this.#stackOf.get(born[at] ?? 0);
      if (stack !== undefined) found.push({ stack, ordinal: born[at + 1] ?? 0, bytes: born[at + 2] ?? 0 });
    }
    return found;
  }
}
