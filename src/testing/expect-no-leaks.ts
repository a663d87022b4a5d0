import { aFunction, having, invalid, shown } from '../kernel/options.ts';
import type { MaybePromise } from '../kernel/units.ts';
import { LeakCheck } from './check.ts';
import type { LeakCheckOptions } from './words.ts';

/** What the hooks of Vitest and of node:test are called with; only the members that are used. */
export interface TestContextLike {
  /** Vitest: runs after the test and its `afterEach` hooks. */
  readonly onTestFinished?: (task: () => Promise<void>) => void;
  /** Vitest. */
  readonly task?: { readonly name: string; readonly concurrent?: boolean };
  /** node:test: runs after the test and its `afterEach` hooks. */
  readonly after?: (task: () => Promise<void>) => void;
  /** node:test. */
  readonly name?: string;
}

/** The hook of a test runner. */
export interface TestHooks {
  readonly beforeEach: (hook: () => void) => unknown;
}

/**
 * Runs the task and resolves with its result when it has closed all that it opened. Rejects with what the task failed with, else with
 * WT_LEFT_OPEN and a list of what it left, each with its line. Throws WT_INVALID_OPTION.
 */
export function expectNoLeaks<R>(task: () => MaybePromise<R>, options?: LeakCheckOptions): Promise<R>;
/**
 * With the hooks of Vitest or node:test: every test of the file, or of the suite that it is called in, fails when it leaves something
 * open. Call it before other hooks. Vitest's concurrent tests cannot be told apart and are not checked.
 */
export function expectNoLeaks(hooks: TestHooks, options?: LeakCheckOptions): void;
export function expectNoLeaks<R>(what: (() => MaybePromise<R>) | TestHooks, options: LeakCheckOptions = {}): Promise<R> | void {
  if (typeof what === 'function') return around(what, options);
  if (!having('beforeEach').accepts(what))
    throw invalid(
      'expectNoLeaks',
      `the first argument must be ${aFunction.expected} or the hooks of a runner, got ${shown(what)}`,
    );
  // Without a parameter: Vitest reads the source of hooks, and wants the names of fixtures there; node:test counts parameters.
  what.beforeEach(function hook() {
    // oxlint-disable-next-line prefer-rest-params
    before(arguments[0] as TestContextLike, options);
  });
}

async function around<R>(task: () => MaybePromise<R>, options: LeakCheckOptions): Promise<R> {
  const check = new LeakCheck(options);
  let result: R;
  try {
    result = await task();
  } catch (error) {
    check[Symbol.dispose]();
    throw error;
  }
  await check.expectNothing('the task');
  return result;
}

function before(context: TestContextLike, options: LeakCheckOptions): void {
  if (context.task?.concurrent === true) return;
  const finished = context.onTestFinished ?? context.after;
  if (finished === undefined) throw invalid('expectNoLeaks', 'the hook was called without the context of Vitest or node:test');
  const check = new LeakCheck(options);
  const name = context.task?.name ?? context.name;
  finished.call(context, () => check.expectNothing(name === undefined ? 'the test' : `test "${name}"`));
}
