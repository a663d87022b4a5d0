import type { Bytes } from '../../kernel/units.ts';
import type { SampledFunction, SurvivorPoll, SurvivorSeries } from '../survivors.ts';
import { CohortClock } from './cohort-clock.ts';
import type { Place } from './place.ts';
import type { Route } from './routes.ts';
import { Routes } from './routes.ts';

export interface LivingSample {
  readonly route: Route;
  readonly ordinal: number;
  readonly bytes: Bytes;
}

/** What lives, by place and cohort of birth. What it holds is bounded by the samples that live and by the stacks that were seen. */
export class Census {
  readonly clock: CohortClock = new CohortClock();
  readonly routes: Routes;
  readonly functions: readonly SampledFunction[];
  readonly #living = new Map<number, LivingSample>();

  constructor(series: Pick<SurvivorSeries, 'functions' | 'stacks'>) {
    this.routes = new Routes(series);
    this.functions = series.functions;
  }

  apply(poll: SurvivorPoll): void {
    this.clock.tick(poll.clock, poll.tMs);
    for (const { stack, ordinal, bytes } of poll.born) this.#birth(stack, ordinal, bytes);
    const touched = new Set<Place>();
    for (const ordinal of poll.died) this.#death(ordinal, touched);
    for (const place of this.routes.places) if (place.cells.length > 0) place.settle(this.clock);
    for (const place of touched) place.learn(this.clock);
    const folding = this.clock.fold();
    if (folding !== null) for (const place of this.routes.places) place.fold(folding);
  }

  /** Samples made at a place that live, oldest first. */
  living(place: Place): readonly LivingSample[] {
    const found: LivingSample[] = [];
    for (const sample of this.#living.values()) {
      if (place.routes.has(sample.route.id)) found.push(sample);
    }
    return found;
  }

  #birth(stack: number, ordinal: number, bytes: Bytes): void {
    const route = this.routes.of(stack);
    if (route === null || this.#living.has(ordinal)) return;
    this.#living.set(ordinal, { route, ordinal, bytes });
    const cohort = this.clock.indexOf(ordinal);
    for (const place of route.places) place.add(cohort, bytes);
  }

  #death(ordinal: number, touched: Set<Place>): void {
    const sample = this.#living.get(ordinal);
    if (sample === undefined) return;
    this.#living.delete(ordinal);
    const cohort = this.clock.indexOf(ordinal);
    for (const place of sample.route.places) {
      place.remove(cohort, sample.bytes, this.clock);
      touched.add(place);
    }
  }
}
