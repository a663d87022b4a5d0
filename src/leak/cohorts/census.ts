import type { Bytes } from '../../kernel/units.ts';
import type { SampledFunction, SurvivorPoll, SurvivorSeries } from '../survivors.ts';
import { Balance } from './balance.ts';
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
  /** At the latest poll. */
  heapUsedBytes: Bytes = 0;
  readonly #balance: Balance;
  readonly #living = new Map<number, LivingSample>();
  readonly #byRoute = new Map<number, Map<number, LivingSample>>();
  /** Places with births in the latest poll, and those that were seen to release. */
  #fresh = new Set<Place>();
  readonly #releasing = new Set<Place>();

  constructor(series: Pick<SurvivorSeries, 'functions' | 'stacks' | 'intervalBytes'>) {
    this.#balance = new Balance(series);
    this.routes = new Routes(series);
    this.functions = series.functions;
  }

  apply(poll: SurvivorPoll): void {
    this.heapUsedBytes = poll.heapUsedBytes;
    this.clock.tick(poll.clock, poll.tMs, this.#balance.add(poll));
    const settling = new Set([...this.#fresh, ...this.#releasing]);
    this.#fresh = new Set();
    for (const { stack, ordinal, bytes } of poll.born) this.#birth(stack, ordinal, bytes);
    const touched = new Set<Place>();
    for (const ordinal of poll.died) this.#death(ordinal, touched);
    for (const place of settling) place.settle(this.clock);
    for (const place of touched) {
      place.learn(this.clock);
      if (place.releaseAge > 0) this.#releasing.add(place);
    }
    for (const place of this.#fresh) place.note(this.clock);
    for (const place of touched) if (!this.#fresh.has(place)) place.note(this.clock);
    const folding = this.clock.fold();
    if (folding !== null) for (const place of this.routes.places) place.fold(folding);
  }

  /** Samples made at a place that live, oldest first. */
  living(place: Place): readonly LivingSample[] {
    const found: LivingSample[] = [];
    for (const route of place.routes) for (const sample of this.#byRoute.get(route)?.values() ?? []) found.push(sample);
    return found.sort((a, b) => a.ordinal - b.ordinal);
  }

  /** Those that were made first at a place, alive or not. */
  first(place: Place): readonly LivingSample[] {
    return place.first.flatMap((id) => {
      const route = this.routes.get(id);
      return route === undefined ? [] : [{ route, ordinal: 0, bytes: 0 }];
    });
  }

  #birth(stack: number, ordinal: number, bytes: Bytes): void {
    const route = this.routes.of(stack);
    if (route === null || this.#living.has(ordinal)) return;
    const sample = { route, ordinal, bytes };
    this.#living.set(ordinal, sample);
    const same = this.#byRoute.get(route.id) ?? new Map<number, LivingSample>();
    this.#byRoute.set(route.id, same.set(ordinal, sample));
    const cohort = this.clock.indexOf(ordinal);
    for (const place of route.places) {
      place.add(cohort, bytes, route.id);
      this.#fresh.add(place);
    }
  }

  #death(ordinal: number, touched: Set<Place>): void {
    const sample = this.#living.get(ordinal);
    if (sample === undefined) return;
    this.#living.delete(ordinal);
    this.#byRoute.get(sample.route.id)?.delete(ordinal);
    const cohort = this.clock.indexOf(ordinal);
    for (const place of sample.route.places) {
      place.remove(cohort, sample.bytes, this.clock);
      touched.add(place);
    }
  }
}
