import type {
  MaybePromise,
  ReleaseOutcome,
  ReleaseReason,
  ResourceId,
  ResourceRegistry,
  ResourceState,
  Scope,
  SyncResourceGuard,
  SyncResourceKind,
} from '../core/index.ts';
import { defaultRegistry } from '../core/index.ts';
import { aName, anything } from '../kernel/options.ts';
import type { Rule, Rules } from '../kernel/options.ts';

/** What all temporary things can be told. */
export interface TempOwnerOptions {
  /** Who keeps the row, and releases it at the latest when it is closed. Default: `defaultRegistry()`. */
  readonly owner?: ResourceRegistry | Scope;
  /** Unique among the registry's resources. */
  readonly name?: string;
  /** At most 16 keys and 1 KiB in all. */
  readonly metadata?: Readonly<Record<string, string>>;
}

const ownerRule: Rule = {
  expected: 'a ResourceRegistry or a Scope',
  accepts: (value) =>
    typeof value === 'object' &&
    value !== null &&
    (typeof Reflect.get(value, 'register') === 'function' || typeof Reflect.get(value, 'adopt') === 'function'),
};

export const ownerRules: Rules = { owner: ownerRule, name: aName, metadata: anything };

/** A guard that knows its path also after the release. */
export interface TempGuard extends SyncResourceGuard<string> {
  /** Absolute. Still readable when nothing stands there any more. */
  readonly path: string;
}

/** Makes the row. When it throws, the release of what stands at the path has been begun. */
export function own(path: string, kind: SyncResourceKind<string>, options: TempOwnerOptions): OwnedPath {
  const { owner, name, metadata } = options;
  const row =
    name === undefined && metadata === undefined
      ? undefined
      : { ...(name === undefined ? undefined : { name }), ...(metadata === undefined ? undefined : { metadata }) };
  const keeper = owner ?? defaultRegistry();
  return new OwnedPath(path, 'register' in keeper ? keeper.register(path, kind, row) : keeper.adopt(path, kind, row));
}

export class OwnedPath implements TempGuard {
  readonly path: string;
  readonly #guard: SyncResourceGuard<string>;

  constructor(path: string, guard: SyncResourceGuard<string>) {
    this.path = path;
    this.#guard = guard;
  }

  get id(): ResourceId {
    return this.#guard.id;
  }

  get state(): ResourceState {
    return this.#guard.state;
  }

  get value(): string {
    return this.#guard.value;
  }

  release(reason?: ReleaseReason): MaybePromise<ReleaseOutcome> {
    return this.#guard.release(reason);
  }

  detach(): string {
    return this.#guard.detach();
  }

  touch(): void {
    this.#guard.touch();
  }

  use<R>(task: (path: string) => R): R {
    return this.#guard.use(task);
  }

  [Symbol.dispose](): void {
    this.#guard[Symbol.dispose]();
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#guard[Symbol.asyncDispose]();
  }
}
