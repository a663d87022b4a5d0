import { aFunction, aName, checkOptions, having, invalid, shown } from '../kernel/options.ts';
import type { Rules } from '../kernel/options.ts';
import { measureIn } from './measure.ts';
import type { MemoryProfiler } from './profiler.ts';
import type { SectionOptions } from './section.ts';
import { sectionRules } from './section.ts';
import { getMemoryProfiler } from './the-profiler.ts';

/** How calls of a function are measured. */
export interface ProfileMemoryOptions extends Omit<SectionOptions, 'parent'> {
  /** Name of the sections, 1 to 256 characters. Default: the function's own, or `(anonymous)`; of a method with its class. */
  readonly name?: string;
  /** Where the reports go. Default: `getMemoryProfiler()`. */
  readonly profiler?: MemoryProfiler;
}

const { parent: _parent, ...ownRules } = sectionRules;
const rules: Rules = { ...ownRules, name: aName, profiler: having('track', 'takeSnapshot') };

type Method<This, Args extends unknown[], R> = (this: This, ...args: Args) => R;

function wrap<This, Args extends unknown[], R>(
  target: Method<This, Args, R>,
  options: ProfileMemoryOptions,
  nameFor: (self: This) => string,
): Method<This, Args, R> {
  const { name, profiler, ...ofSection } = options;
  return function measured(this: This, ...args: Args): R {
    const section = (profiler ?? getMemoryProfiler()).track(name ?? nameFor(this), ofSection);
    // The type of what a function returns is kept: a promise stays one.
    return measureIn(section, () => target.apply(this, args)) as R;
  };
}

/**
 * The same function, measured: each call is a section, to its return or until its promise settles. Arguments, `this`, result and errors pass through; `name` and `length`
 * stay. A call costs about 0.1 ms more: for what takes longer than a few milliseconds. Throws WT_INVALID_OPTION.
 */
export function profileMemory<This, Args extends unknown[], R>(
  target: (this: This, ...args: Args) => R,
  options: ProfileMemoryOptions = {},
): (this: This, ...args: Args) => R {
  if (typeof target !== 'function')
    throw invalid('profileMemory', `the first argument must be ${aFunction.expected}, got ${shown(target)}`);
  checkOptions('profileMemory', options, rules);
  const measured = wrap(target, options, () => target.name || '(anonymous)');
  Object.defineProperty(measured, 'name', { value: target.name, configurable: true });
  Object.defineProperty(measured, 'length', { value: target.length, configurable: true });
  return measured;
}

/** What `@profiled` needs of a decorator's context; those of the standard (ES2023 and later) have it. */
export interface ProfiledContext {
  readonly kind: string;
  readonly name: string | symbol;
  readonly static?: boolean;
}

/** A decorator of methods. */
export type ProfiledDecorator = <This, Args extends unknown[], R>(
  target: (this: This, ...args: Args) => R,
  context: ProfiledContext,
) => (this: This, ...args: Args) => R;

function classOf(self: unknown, isStatic: boolean): string {
  if (isStatic) return typeof self === 'function' ? self.name : '';
  const made: unknown = typeof self === 'object' && self !== null ? Reflect.get(self, 'constructor') : undefined;
  return typeof made === 'function' ? made.name : '';
}

function decorate<This, Args extends unknown[], R>(
  target: (this: This, ...args: Args) => R,
  context: ProfiledContext,
  options: ProfileMemoryOptions,
): (this: This, ...args: Args) => R {
  if (context.kind !== 'method') throw invalid('profiled', `only methods can be decorated, not a ${context.kind}`);
  const method = String(context.name);
  return wrap(target, options, (self) => {
    const owner = classOf(self, context.static === true);
    return owner === '' ? method : `${owner}.${method}`;
  });
}

/**
 * Decorates a method (the standard's decorators, not TypeScript's experimental ones): each call is a section named `Class.method`. `@profiled`, or
 * `@profiled({ collect: true })` with the options of `profileMemory`. Throws WT_INVALID_OPTION.
 */
export function profiled<This, Args extends unknown[], R>(
  target: (this: This, ...args: Args) => R,
  context: ProfiledContext,
): (this: This, ...args: Args) => R;
export function profiled(options?: ProfileMemoryOptions): ProfiledDecorator;
export function profiled<This, Args extends unknown[], R>(
  what: ((this: This, ...args: Args) => R) | ProfileMemoryOptions = {},
  context?: ProfiledContext,
): ((this: This, ...args: Args) => R) | ProfiledDecorator {
  if (typeof what === 'function') {
    if (typeof context?.kind !== 'string')
      throw invalid('profiled', 'it decorates methods; for functions there is `profileMemory`');
    return decorate(what, context, {});
  }
  checkOptions('profiled', what, rules);
  const decorator: ProfiledDecorator = (target, given) => decorate(target, given, what);
  return decorator;
}
