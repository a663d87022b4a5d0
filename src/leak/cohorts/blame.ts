import type { SampledFunction } from '../survivors.ts';
import type { LivingSample } from './census.ts';

/** The blamed function is one that this share of the survivors was made under. */
const leastCover = 0.6;
/** Share of the survivors whose innermost function must have made another one, too: warm-up spreads over many functions, once each. */
const leastRepeated = 0.7;
const mostCallees = 4;
/** A function that had fewer scripts run may be one that loads its parts when they are first needed. */
const fewestScripts = 6;
/** So many at least tell what was called before it was inlined. */
const fewestByOthers = 5;
/** .7–.85 name the same functions. */
const leastInRow = 0.75;
/** Of the samples of a function, those that another one made which is inlined at times. */
const leastEither = 0.8;

/** Who made the survivors. */
export interface Blame {
  /** Index of the blamed function. */
  readonly frame: number;
  /** The calls that led to it, outermost first, itself last; of the most frequent route. */
  readonly path: readonly number[];
  /** What was called by it to make them, most frequent first: `callee` a function of the runtime or -1. */
  readonly leaves: readonly { readonly frame: number; readonly callee: number; readonly share: number }[];
}

interface Cover {
  readonly frame: number;
  count: number;
  depth: number;
}

function covers(samples: readonly LivingSample[]): readonly Cover[] {
  const byFrame = new Map<number, Cover>();
  for (const { route } of samples) {
    const seen = new Set<number>();
    for (const [depth, frame] of route.frames.entries()) {
      if (seen.has(frame)) continue;
      seen.add(frame);
      const cover = byFrame.get(frame) ?? { frame, count: 0, depth: 0 };
      cover.count += 1;
      cover.depth += depth;
      byFrame.set(frame, cover);
    }
  }
  return [...byFrame.values()];
}

function blamedOf(samples: readonly LivingSample[]): number {
  const all = covers(samples);
  const wide = all.filter((cover) => cover.count >= leastCover * samples.length);
  const deepest = wide.toSorted((a, b) => b.depth / b.count - a.depth / a.count)[0];
  return (deepest ?? all.toSorted((a, b) => b.count - a.count)[0])?.frame ?? -1;
}

function tally<T>(samples: readonly LivingSample[], key: (sample: LivingSample) => T): readonly (readonly [T, number])[] {
  const counts = new Map<T, number>();
  for (const sample of samples) counts.set(key(sample), (counts.get(key(sample)) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}

/** Where a function has a script run that was loaded or compiled by it: the depth of that function; -1: nowhere. */
function loaderDepth({ route: { frames } }: LivingSample, functions: readonly SampledFunction[]): number {
  return frames.findIndex((frame, at) => isModule(functions[frames[at + 1] ?? -1]) && !isModule(functions[frame]));
}

/** Functions that had several scripts run, each of which is made up of functions of its own: code that is loaded over and over. */
function loadersOf(samples: readonly LivingSample[], functions: readonly SampledFunction[]): ReadonlySet<number> {
  const scripts = new Map<number, Set<number>>();
  for (const sample of samples) {
    const depth = loaderDepth(sample, functions);
    const [loader, script] = [sample.route.frames[depth], sample.route.frames[depth + 1]];
    if (loader !== undefined && script !== undefined) scripts.set(loader, (scripts.get(loader) ?? new Set<number>()).add(script));
  }
  return new Set([...scripts].flatMap(([loader, { size }]) => (size >= fewestScripts ? [loader] : [])));
}

/** `few`: few functions made most of them. `loaded`: scripts did, which few functions loaded. */
export type Concentration = 'few' | 'loaded';

function isRepeated(samples: readonly LivingSample[], maker: (sample: LivingSample) => number | undefined): boolean {
  const repeated = tally(samples, maker).reduce((sum, [, n]) => sum + (n >= 2 ? n : 0), 0);
  return repeated >= leastRepeated * samples.length;
}

/**
 * Whether few functions made most of them. Of the rules that were tried to tell compilers that warm up from leaks this was the best single one. What a
 * script makes that was loaded like others before it counts for the function that loads them.
 */
export function concentration(samples: readonly LivingSample[], functions: readonly SampledFunction[]): Concentration | null {
  const innermost = ({ route }: LivingSample): number | undefined => route.frames.at(-1);
  if (isRepeated(samples, innermost)) return 'few';
  const loaders = loadersOf(samples, functions);
  const maker = (sample: LivingSample): number | undefined => {
    const loader = sample.route.frames[loaderDepth(sample, functions)];
    return loader !== undefined && loaders.has(loader) ? loader : innermost(sample);
  };
  return isRepeated(samples, maker) ? 'loaded' : null;
}

/** A callback without a name that a builtin calls (`map`, `Array.from`) is told by the function it was written in: one of the same script that begins before it. */
function isWrittenIn(inner: SampledFunction | undefined, outer: SampledFunction | undefined): boolean {
  if (inner === undefined || outer === undefined || inner.name !== '' || inner.url !== outer.url) return false;
  return outer.line < inner.line || (outer.line === inner.line && outer.column < inner.column);
}

function climb(frame: number, samples: readonly LivingSample[], functions: readonly SampledFunction[]): number {
  const route = samples.find((sample) => sample.route.frames.includes(frame))?.route;
  if (route === undefined) return frame;
  const { frames, called } = route;
  let at = frames.indexOf(frame);
  while (at > 0 && called[at] === true && isWrittenIn(functions[frames[at] ?? -1], functions[frames[at - 1] ?? -1])) at -= 1;
  return isModule(functions[frames[at] ?? -1]) ? frame : (frames[at] ?? frame);
}

/** How often what was called made the next one, too. Code that is optimized and not is in use for a while each; who makes some by himself and has some made mixes them. */
function keepsOn(isCalled: readonly boolean[]): number {
  const next = isCalled.flatMap((called, at) => (called && at + 1 < isCalled.length ? [isCalled[at + 1] === true] : []));
  return next.filter(Boolean).length / Math.max(1, next.length);
}

/** What a function called to make samples; -1: nothing, it made them itself. */
function calledBy(frame: number, { route: { frames } }: LivingSample): number {
  return frames[frames.lastIndexOf(frame) + 1] ?? -1;
}

/** What one of those that a function calls had called by itself: where it was inlined, it seems that the function calls them. */
function calledThrough(frame: number, callee: number, under: readonly LivingSample[]): ReadonlySet<number> {
  const through = under.filter((sample) => calledBy(frame, sample) === callee);
  return new Set([-1, ...through.map((sample) => calledBy(callee, sample))].filter((each) => each !== callee));
}

/** Whether a sample of a function was made by one that it calls, and is named so; or by one that was inlined into it, and is not. */
interface Inlined {
  readonly isNamed: (called: number) => boolean;
  readonly isHidden: (called: number) => boolean;
}

/** The functions that a function had calls made to, and which were inlined into it later. */
function inlinedInto(frame: number, under: readonly LivingSample[], called: readonly number[]): Inlined {
  const named = new Set<number>();
  const hidden = new Set<number>();
  for (const callee of new Set(called)) {
    if (callee === -1) continue;
    const through = calledThrough(frame, callee, under);
    const beside = called.filter((each) => each === callee || through.has(each));
    if (keepsOn(beside.map((each) => each === callee)) < leastInRow) continue;
    named.add(callee);
    for (const each of through) hidden.add(each);
  }
  return { isNamed: (each) => named.has(each), isHidden: (each) => !named.has(each) && hidden.has(each) };
}

function shareOf<T>(all: readonly T[], is: (one: T) => boolean): number {
  return all.filter(is).length / Math.max(1, all.length);
}

/** Most of the latest are hidden; or, where V8 went back and forth, most of the first were named and nearly all are one or the other. */
function isInlined(called: readonly number[], { isNamed, isHidden }: Inlined): boolean {
  const third = Math.floor(called.length / 3);
  if (shareOf(called.slice(2 * third), isHidden) >= leastCover) return true;
  return (
    shareOf(called.slice(0, third), isNamed) >= leastCover &&
    shareOf(called, (each) => isNamed(each) || isHidden(each)) >= leastEither
  );
}

/**
 * Optimised code hides what it inlined: the caller is named instead. Before it was optimised it named the right function, and what it made then lives
 * still, if it leaks. `all` are the living samples of the place, start-up too, oldest first; of a line whose oldest are gone also its first ones.
 */
function beforeInlining(frame: number, all: readonly LivingSample[]): number {
  const under = all.filter(({ route }) => route.frames.includes(frame));
  const called = under.map((sample) => calledBy(frame, sample));
  const inlined = inlinedInto(frame, under, called);
  const byOthers = under.filter((_, index) => inlined.isNamed(called[index] ?? -1));
  if (byOthers.length < fewestByOthers || !isInlined(called, inlined)) return frame;
  const deeper = blamedOf(byOthers);
  const below = byOthers.filter(({ route }) => route.frames.lastIndexOf(deeper) > route.frames.indexOf(frame));
  return below.length >= leastCover * byOthers.length ? deeper : frame;
}

/** The code of a module outside of all functions begins where the module does. */
function isModule(found: SampledFunction | undefined): boolean {
  return found !== undefined && found.line <= 1 && found.column <= 1;
}

/** The deepest function that most of the survivors were made under. */
export function blame(
  samples: readonly LivingSample[],
  all: readonly LivingSample[],
  functions: readonly SampledFunction[],
): Blame {
  const seen = blamedOf(samples);
  const frame = climb(beforeInlining(seen, all), all, functions);
  const route = tally(
    all.filter((sample) => sample.route.frames.includes(frame)),
    (sample) => sample.route,
  )[0]?.[0];
  const path = route?.frames ?? [];
  const under = samples.filter((sample) => sample.route.frames.includes(seen));
  const leaves = tally(under, ({ route: { frames, callee } }) => `${frames.at(-1) ?? -1} ${callee}`).slice(0, mostCallees);
  return {
    frame,
    path: path.slice(0, path.indexOf(frame) + 1),
    leaves: leaves.map(([key, count]) => {
      const [leaf = -1, callee = -1] = key.split(' ').map(Number);
      return { frame: leaf, callee, share: count / samples.length };
    }),
  };
}
