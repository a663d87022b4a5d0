import {
  aBoolean,
  aFunction,
  checkOptions,
  invalid,
  milliseconds,
  nested,
  oneOf,
  shown,
  wholeNumber,
} from '../kernel/options.ts';
import type { Rule, Rules } from '../kernel/options.ts';
import type { Entry } from '../kernel/stack.ts';
import type { MaybePromise, Milliseconds } from '../kernel/units.ts';

import { CleanupPriority, ResourceType } from './words.ts';
import type { Release, Verification } from './words.ts';

/** When something costly is done: never, for a few, for each. */
export type Sampling = 'off' | 'sampled' | 'always';

/** How often something that threw is called again, and after which pause. */
export interface RetryOptions {
  /** Calls in all, the first one included. 1 and more. */
  readonly attempts: number;
  /** Pause before the second call; doubled before each further one. */
  readonly backoffMs: Milliseconds;
}

/** What all resources of a sort have in common. */
export interface KindOptions<T> {
  readonly type: ResourceType;
  /** Default: the value's `Symbol.asyncDispose`, else its `Symbol.dispose`, else `releaseSync`. */
  readonly release?: Release<T>;
  /**
   * Lets go at once. Gives guards `Symbol.dispose`, and is what runs when the process ends without time for promises (`process.exit`,
   * a crash): also for a resource whose `release` is still under way, so it must bear that.
   */
  readonly releaseSync?: (value: T) => void;
  /** Looks whether the thing is really gone. Asked after each release, and by `verify()`. Default: none, `unverifiable`. */
  readonly probe?: (value: T) => MaybePromise<Verification>;
  /** Default Normal. */
  readonly priority?: CleanupPriority;
  /** Policies never pick it and a deadline never drops it. Default false. */
  readonly essential?: boolean;
  /** The release may be called again while an earlier call still runs. Default false. */
  readonly idempotent?: boolean;
  /** How long one call may take before the resource counts as timed out. Default 5 000; 0: no deadline. */
  readonly releaseTimeoutMs?: Milliseconds;
  /** Age at which it is released, unless it is in use. Default: the registry's `policy`, else none. 0: none, whatever the policy. */
  readonly maxLifetimeMs?: Milliseconds;
  /** How long it may lie unused (`touch()`, `use()`) before it is released. Default: the registry's `policy`, else none. 0: none. */
  readonly maxIdleMs?: Milliseconds;
  /** After a throw or a rejection. Default: one attempt. */
  readonly retry?: RetryOptions;
  /** Whether the line of the registration is kept. `sampled`: at most once in 20 ms per kind. Default `sampled`. */
  readonly stack?: Sampling;
  /** Whether a guard that is dropped without a release is reported as leaked. `sampled`: one guard in 64. Default `off`. */
  readonly finalizer?: Sampling;
}

declare const valueType: unique symbol;

/** What `defineKind` returns: checked once, frozen, shared by all resources of the sort. */
export interface ResourceKind<T> {
  readonly type: ResourceType;
  readonly priority: CleanupPriority;
  readonly essential: boolean;
  readonly idempotent: boolean;
  readonly releaseTimeoutMs: Milliseconds;
  readonly maxLifetimeMs: Milliseconds;
  readonly maxIdleMs: Milliseconds;
  readonly retry: RetryOptions;
  readonly stack: Sampling;
  readonly finalizer: Sampling;
  /** Exists in types only. */
  readonly [valueType]?: ((value: T) => void) | undefined;
}

declare const synchronous: unique symbol;

/** A kind with `releaseSync`: its guards work with `using`, too. */
export interface SyncResourceKind<T> extends ResourceKind<T> {
  /** Exists in types only. */
  readonly [synchronous]: true;
}

/** Options of a kind that can be released at once, without waiting. */
export type SyncKindOptions<T> = KindOptions<T> & { readonly releaseSync: (value: T) => void };

export const defaultReleaseTimeoutMs: Milliseconds = 5_000;
const once: RetryOptions = Object.freeze({ attempts: 1, backoffMs: 0 });

const samplingRule = oneOf('off', 'sampled', 'always');
export const priorityRule: Rule = {
  expected: 'a CleanupPriority (0 to 3)',
  accepts: (value) => Object.values(CleanupPriority).some((priority) => priority === value),
};
const knownTypes: ReadonlySet<string> = new Set(Object.values(ResourceType));
export const typeRule: Rule = {
  expected: `one of ${[...knownTypes].map((type) => `"${type}"`).join(', ')} or "custom:…"`,
  accepts: (value) => typeof value === 'string' && (knownTypes.has(value) || /^custom:./.test(value)),
};

export const kindRules: Rules = {
  type: typeRule,
  release: aFunction,
  releaseSync: aFunction,
  probe: aFunction,
  priority: priorityRule,
  essential: aBoolean,
  idempotent: aBoolean,
  releaseTimeoutMs: milliseconds,
  maxLifetimeMs: milliseconds,
  maxIdleMs: milliseconds,
  retry: nested({ attempts: wholeNumber(1, 1000), backoffMs: milliseconds }),
  stack: samplingRule,
  finalizer: samplingRule,
};

/** The kind as the table uses it. `T` is gone here: a row's value and its kind were brought together by a typed call. */
export class Kind implements ResourceKind<never> {
  /** A row knows its kind by `how.kind`, be `how` the kind itself or a record: so a kind is its own. */
  readonly kind: Kind = this;
  readonly type: ResourceType;
  readonly release: Release<unknown> | undefined;
  readonly releaseSync: ((value: unknown) => void) | undefined;
  readonly probe: ((value: unknown) => MaybePromise<Verification>) | undefined;
  readonly priority: CleanupPriority;
  readonly essential: boolean;
  readonly idempotent: boolean;
  readonly releaseTimeoutMs: Milliseconds;
  readonly maxLifetimeMs: Milliseconds;
  readonly maxIdleMs: Milliseconds;
  /** Its own limits; undefined: the registry's policy decides. */
  readonly limits: { readonly lifetimeMs: Milliseconds | undefined; readonly idleMs: Milliseconds | undefined };
  /** It has a limit of its own. */
  readonly isTimed: boolean;
  readonly retry: RetryOptions;
  readonly stack: Sampling;
  readonly finalizer: Sampling;
  /** Its values are scopes: closing one yields a report with the outcomes of all its members. */
  readonly isScope: boolean;
  /** Its release is one of ours and looks at nothing but the value. */
  readonly ignoresContext: boolean;
  /** When the last line was recorded, in the table's time; the only thing about a kind that changes. */
  sampledAt = -1;
  /** The public function through which its rows are made, where that is not the registry's or scope's own: its caller is the line kept. */
  entry: Entry | undefined = undefined;
  /** Guards since the last one that was given to the finalizer. */
  sinceFinalized = 0;

  constructor(options: Readonly<KindOptions<never>>, inner?: 'scope' | 'disposal') {
    this.type = options.type;
    // Both take the value that was registered with this kind, and nothing else reaches them.
    this.release = options.release as Release<unknown> | undefined;
    this.releaseSync = options.releaseSync as ((value: unknown) => void) | undefined;
    this.probe = options.probe as ((value: unknown) => MaybePromise<Verification>) | undefined;
    this.priority = options.priority ?? CleanupPriority.Normal;
    this.essential = options.essential ?? false;
    this.idempotent = options.idempotent ?? false;
    this.releaseTimeoutMs = options.releaseTimeoutMs ?? defaultReleaseTimeoutMs;
    this.maxLifetimeMs = options.maxLifetimeMs ?? 0;
    this.maxIdleMs = options.maxIdleMs ?? 0;
    this.limits = { lifetimeMs: options.maxLifetimeMs, idleMs: options.maxIdleMs };
    this.isTimed = this.maxLifetimeMs > 0 || this.maxIdleMs > 0;
    this.retry = options.retry === undefined ? once : Object.freeze({ ...options.retry });
    this.stack = options.stack ?? 'sampled';
    this.finalizer = options.finalizer ?? 'off';
    this.isScope = inner === 'scope';
    this.ignoresContext = inner === 'disposal';
  }
}

/**
 * Describes a sort of resource. The options are checked and copied here, once, so that registering costs nothing more.
 * Throws WT_INVALID_OPTION.
 */
export function defineKind<T>(options: Readonly<SyncKindOptions<T>>): SyncResourceKind<T>;
export function defineKind<T>(options: Readonly<KindOptions<T>>): ResourceKind<T>;
export function defineKind<T>(options: Readonly<KindOptions<T>>): ResourceKind<T> {
  return makeKind('defineKind', options);
}

/** From now on the lines of the rows of this kind are those that called `entry`. For functions of ours that register for their callers. */
export function madeThrough(kind: ResourceKind<never>, entry: Entry): void {
  if (kind instanceof Kind) kind.entry = entry;
}

function makeKind<T>(where: string, options: Readonly<KindOptions<T>>): Kind {
  if (typeof options !== 'object' || options === null) throw invalid(where, `options must be an object, got ${shown(options)}`);
  checkOptions(where, options, kindRules);
  if (options.type === undefined) throw invalid(where, `\`type\` is missing; it must be ${typeRule.expected}`);
  return new Kind(options);
}

/** The kind behind what callers may pass: a kind, or the options of one. Throws WT_INVALID_OPTION. */
export function toKind<T>(where: string, how: ResourceKind<T> | Readonly<KindOptions<T>>): Kind {
  if (how instanceof Kind) return how;
  return makeKind(where, how);
}
