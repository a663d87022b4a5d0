import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CleanupPriority, ManualClock, ResourceRegistry, defineKind } from '../../src/core/index.ts';
import type { ReleaseOutcome, ResourceGuard, Scope } from '../../src/core/index.ts';

/** How a modelled release behaves. */
type Way = 'returns' | 'throws' | 'resolves' | 'rejects' | 'hangs' | 'late-resolve' | 'late-reject';
const ways: readonly Way[] = ['returns', 'throws', 'resolves', 'rejects', 'hangs', 'late-resolve', 'late-reject'];
const bad = new Set<Way>(['throws', 'rejects', 'hangs', 'late-resolve', 'late-reject']);

class Modelled {
  calls = 0;
  guard: ResourceGuard<Modelled> | undefined;
  settleLate: (() => void) | undefined;
  readonly way: Way;
  readonly priority: CleanupPriority;
  readonly order: Modelled[];
  readonly serial: number;
  readonly owner: ModelScope | undefined;

  constructor(way: Way, priority: CleanupPriority, owner: ModelScope | undefined, world: World) {
    this.way = way;
    this.priority = priority;
    this.owner = owner;
    this.order = world.calls;
    this.serial = world.all.length;
    world.all.push(this);
  }

  release(): void | Promise<void> {
    this.calls += 1;
    this.order.push(this);
    switch (this.way) {
      case 'returns':
        return undefined;
      case 'throws':
        throw new Error('no');
      case 'resolves':
        return Promise.resolve();
      case 'rejects':
        return Promise.reject(new Error('no'));
      default:
        return new Promise((resolve, reject) => {
          this.settleLate = () => (this.way === 'late-resolve' ? resolve() : reject(new Error('late no')));
        });
    }
  }
}

class ModelScope {
  readonly real: Scope;
  readonly parent: ModelScope | undefined;
  closed = false;
  constructor(real: Scope, parent: ModelScope | undefined) {
    this.real = real;
    this.parent = parent;
  }
  get isClosed(): boolean {
    return this.closed || this.parent?.isClosed === true;
  }
}

class World {
  readonly clock: ManualClock = new ManualClock();
  readonly registry: ResourceRegistry = new ResourceRegistry({ clock: this.clock });
  readonly all: Modelled[] = [];
  readonly calls: Modelled[] = [];
  readonly scopes: ModelScope[] = [];
  readonly events: { kind: string; id: number }[] = [];
  readonly kinds = Object.values(CleanupPriority).map((priority) =>
    defineKind<Modelled>({
      type: 'custom:modelled',
      priority,
      releaseTimeoutMs: 100,
      stack: 'off',
      release: (value) => value.release(),
    }),
  );
  constructor() {
    this.registry.on((event) => event.kind !== 'shutdown' && this.events.push({ kind: event.kind, id: event.id }));
  }
}

type Step =
  | { readonly do: 'register'; readonly way: Way; readonly priority: CleanupPriority; readonly scope: number }
  | { readonly do: 'release' | 'detach' | 'use'; readonly which: number }
  | { readonly do: 'open'; readonly scope: number }
  | { readonly do: 'close'; readonly scope: number }
  | { readonly do: 'advance'; readonly ms: number }
  | { readonly do: 'settle'; readonly which: number }
  | { readonly do: 'acquire'; readonly way: Way; readonly scope: number; readonly takesMs: number };

const index = fc.nat(30);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('register' as const),
      way: fc.constantFrom(...ways),
      priority: fc.constantFrom(0, 1, 2, 3),
      scope: index,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('release' as const, 'detach' as const, 'use' as const), which: index }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('open' as const), scope: index }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('close' as const), scope: index }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 150 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('settle' as const), which: index }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('acquire' as const),
      way: fc.constantFrom(...ways),
      scope: index,
      takesMs: fc.integer({ min: 0, max: 120 }),
    }),
  },
);

function pick<T>(list: readonly T[], at: number): T | undefined {
  return list.length === 0 ? undefined : list[at % list.length];
}

/** Undefined: the registry itself. */
function scopeAt(world: World, at: number): ModelScope | undefined {
  return at % 4 === 0 ? undefined : pick(world.scopes, at);
}

function register(world: World, thing: Modelled): void {
  const kind = world.kinds[thing.priority]!;
  try {
    thing.guard = thing.owner === undefined ? world.registry.register(thing, kind) : thing.owner.real.adopt(thing, kind);
  } catch (error) {
    expect(error).toMatchObject({ code: 'WT_SHUTTING_DOWN' });
    expect(thing.calls).toBe(1);
  }
}

async function take(world: World, now: Step): Promise<void> {
  switch (now.do) {
    case 'register':
      return register(world, new Modelled(now.way, now.priority, scopeAt(world, now.scope), world));
    case 'release': {
      const guard = pick(world.all, now.which)?.guard;
      expect(guard?.release()).toBe(guard?.release());
      return undefined;
    }
    case 'detach':
    case 'use': {
      const thing = pick(world.all, now.which);
      const live = thing?.guard?.state === 'live';
      const act = (): unknown => (now.do === 'detach' ? thing?.guard?.detach() : thing?.guard?.use((value) => value));
      if (live) expect(act()).toBe(thing);
      else if (thing?.guard !== undefined) expect(act).toThrow(/WT_RELEASED/);
      return undefined;
    }
    case 'open': {
      const parent = scopeAt(world, now.scope);
      if (parent !== undefined && parent.real.state !== 'open') return undefined;
      world.scopes.push(new ModelScope(parent === undefined ? world.registry.scope() : parent.real.child(), parent));
      return undefined;
    }
    case 'close': {
      const chosen = pick(world.scopes, now.scope);
      if (chosen === undefined) return undefined;
      chosen.closed = true;
      expect(chosen.real.close()).toBe(chosen.real.close());
      return undefined;
    }
    case 'advance':
      return world.clock.advanceAsync(now.ms);
    case 'settle':
      pick(world.all, now.which)?.settleLate?.();
      return undefined;
    case 'acquire':
      return acquire(world, now);
  }
}

function acquire(world: World, { way, scope: at, takesMs }: Extract<Step, { do: 'acquire' }>): void {
  const owner = scopeAt(world, at);
  if (owner === undefined || owner.real.state !== 'open') return;
  const open = (): Promise<Modelled> =>
    new Promise((resolve) => {
      world.clock.schedule(takesMs, () => resolve(new Modelled(way, 1, owner, world)));
    });
  void owner.real.acquire(open, world.kinds[1]!).then(
    (guard) => {
      guard.value.guard = guard;
    },
    (error: unknown) => expect(error).toMatchObject({ code: 'WT_SHUTTING_DOWN' }),
  );
}

function checkEvents(world: World): void {
  const perId = new Map<number, string[]>();
  for (const { id, kind } of world.events) perId.set(id, [...(perId.get(id) ?? []), kind]);
  for (const kinds of perId.values()) {
    expect(kinds.filter((kind) => kind === 'registered')).toHaveLength(1);
    expect(kinds[0]).toBe('registered');
    expect(kinds.filter((kind) => kind === 'released' || kind === 'detached').length).toBeLessThanOrEqual(1);
    expect(kinds.filter((kind) => kind === 'releasing').length).toBeLessThanOrEqual(1);
  }
}

describe('random sequences against a model', () => {
  it('loses no resource, releases none twice, and says the truth about each', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60 }), async (steps) => {
        const world = new World();
        for (const now of steps) await take(world, now);
        const shutdown = world.registry.shutdown({ graceMs: 10_000 });
        for (let turn = 0; turn < 40; turn += 1) await world.clock.advanceAsync(500);
        const report = await shutdown;
        for (const thing of world.all) {
          const state = thing.guard?.state;
          if (state === 'detached') expect(thing.calls).toBe(0);
          else expect(thing.calls).toBe(1);
          if (state !== undefined && state !== 'detached')
            expect(state === 'released').toBe(!bad.has(thing.way) || (thing.way === 'late-resolve' && state === 'released'));
        }
        const standing = world.all.filter(
          (thing) => thing.guard !== undefined && !['released', 'detached'].includes(thing.guard.state),
        );
        const problems = new Set(report.problems.map((problem: ReleaseOutcome) => problem.id));
        for (const thing of standing) expect(problems.has(thing.guard!.id), `${thing.way} is reported`).toBe(true);
        for (const thing of world.all) thing.settleLate?.();
        await world.clock.advanceAsync(0);
        expect(world.registry.count({ state: 'live' })).toBe(0);
        expect(world.registry.count({ state: 'releasing' })).toBe(0);
        expect(world.registry.count({ state: 'timed-out' })).toBe(0);
        expect(world.clock.pending('ref')).toBe(0);
        checkEvents(world);
      }),
      { numRuns: Number(process.env['RUNS'] ?? 300) },
    );
  });

  it('keeps the order: priorities descending, last in first out inside one', async () => {
    const member = fc.record({
      priority: fc.constantFrom(0, 1, 2, 3),
      way: fc.constantFrom<Way>('returns', 'resolves', 'throws', 'rejects'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(member, { maxLength: 40 }), fc.boolean(), async (members, viaRegistry) => {
        const world = new World();
        const owner = viaRegistry ? undefined : new ModelScope(world.registry.scope(), undefined);
        for (const { way, priority } of members) register(world, new Modelled(way, priority, owner, world));
        await (owner === undefined ? world.registry.shutdown() : owner.real.close());
        const expected = [...world.all].sort((a, b) => b.priority - a.priority || b.serial - a.serial);
        expect(world.calls).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it('puts every row after those it names in `after`, and keeps last in first out otherwise', async () => {
    const member = fc.record({ priority: fc.constantFrom(0, 1, 1, 2), after: fc.array(fc.nat(20), { maxLength: 3 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(member, { maxLength: 25 }), async (members) => {
        const world = new World();
        const owner = world.registry.scope();
        const released: number[] = [];
        const guards: ResourceGuard<number>[] = [];
        const edges: [number, number][] = [];
        for (const [at, { priority, after }] of members.entries()) {
          const targets = at === 0 ? [] : [...new Set(after.map((n) => n % at))];
          for (const target of targets) edges.push([at, target]);
          guards.push(owner.adopt(at, (value) => void released.push(value), { priority, after: targets.map((n) => guards[n]!) }));
        }
        await owner.close();
        expect([...released].sort((a, b) => a - b)).toEqual(members.map((_, at) => at));
        for (const [at, target] of edges) expect(released.indexOf(at)).toBeGreaterThan(released.indexOf(target));
        if (edges.length === 0)
          expect(released).toEqual(
            members
              .map((m, at) => ({ p: m.priority, at }))
              .sort((a, b) => b.p - a.p || b.at - a.at)
              .map(({ at }) => at),
          );
      }),
      { numRuns: 200 },
    );
  });
});
