import { WatertightError } from '../kernel/errors.ts';
import { entryOf } from '../kernel/stack.ts';
import type { Entry } from '../kernel/stack.ts';
import { isPromiseLike } from '../kernel/listeners.ts';
import { aFunction, aName, checkOptions, invalid, milliseconds, shown } from '../kernel/options.ts';
import type { Rules } from '../kernel/options.ts';
import type { MaybePromise, Milliseconds } from '../kernel/units.ts';
import { acquireFor } from './acquire.ts';
import { adoptedKind, deferredKind, disposalKindOf, noDisposer } from './disposal.ts';
import { ReleaseFailedError } from './failures.ts';
import { watchForDrop } from './finalizer.ts';
import type { ResourceGuard, SyncResourceGuard } from './guard.ts';
import { guardAt } from './hand-out.ts';
import { Kind } from './kind.ts';
import type { ResourceKind, SyncResourceKind } from './kind.ts';
import type { Ledger } from './ledger.ts';
import { addRow, refuseLate } from './rows.ts';
import type { Registration, RowOptions } from './rows.ts';
import { ScopeCore, plainSettings } from './scope-core.ts';
import type { CloseOptions } from './scope-core.ts';
import type { RowOwner } from './table.ts';
import type { CloseReport, Release } from './words.ts';

/** How a scope below another one is opened. */
export interface ChildScopeOptions {
  /** Unique among the registry's resources. */
  readonly name?: string;
  /** For closing it with all below it. 0 or absent: only each kind's own deadline counts. */
  readonly deadlineMs?: Milliseconds;
  /** Called once when it is closed. What it throws is counted and logged, nothing else. */
  readonly onReport?: (report: CloseReport) => void;
}

/** What a scope owns is released when the scope is closed: last in first out, higher priorities first. */
export interface Scope extends AsyncDisposable {
  readonly state: 'open' | 'closing' | 'closed';
  /** Aborted when the close begins. Made on first read. */
  readonly signal: AbortSignal;
  /** Owns a value that knows how to dispose of itself, and returns it. */
  use<T extends Disposable | AsyncDisposable>(value: T, options?: RowOptions): T;
  /** Owns a value, released by the function or as the kind says. */
  adopt<T>(value: T, how: SyncResourceKind<T>, options?: RowOptions): SyncResourceGuard<T>;
  adopt<T>(value: T, how: Release<T> | ResourceKind<T>, options?: RowOptions): ResourceGuard<T>;
  /**
   * Opens a resource and owns what arrives, also when the scope is closed meanwhile: then it is released with the reason `late` and
   * the promise rejects with WT_SHUTTING_DOWN. The close waits for it. Rejects with what `open` fails with.
   */
  acquire<T>(
    open: (context: { readonly signal: AbortSignal }) => MaybePromise<T>,
    how: Release<T> | ResourceKind<T>,
    options?: RowOptions,
  ): Promise<ResourceGuard<T>>;
  /** Something to be done when the scope is closed. */
  defer(release: Release<void>, options?: RowOptions): void;
  /** A scope that is closed with this one, in its place by age, or before. */
  child(options?: ChildScopeOptions): Scope;
  /**
   * Runs the task and closes the scope, whatever happens. Resolves with the task's result when everything is released. Rejects with
   * exactly what the task failed with; else with WT_RELEASE_FAILED and the flat list of failures. Failed releases beside a failed
   * task are in the report (`onReport`) and the registry's events.
   */
  run<R>(task: (scope: Scope) => MaybePromise<R>): Promise<R>;
  /** Releases everything: the same object every time, plain when all was synchronous. Never throws or rejects. */
  close(options?: CloseOptions): MaybePromise<CloseReport>;
}

const scopeRules: Rules = { name: aName, deadlineMs: milliseconds, onReport: aFunction };
const closeRules: Rules = {
  reason: { expected: 'a ReleaseReason', accepts: (value) => typeof value === 'string' },
  deadlineMs: milliseconds,
  error: { expected: 'anything', accepts: () => true },
};
const done: Promise<void> = Promise.resolve();

export function openScope(ledger: Ledger, owner: RowOwner, options: ChildScopeOptions | undefined, entry: Entry): Scope {
  const core = new ScopeCore(ledger, options === undefined ? plainSettings : settingsOf(options));
  core.open(owner, ledger.scopeKind, entry);
  const handle = new ScopeHandle(core);
  if (ledger.scopeKind.finalizer !== 'off') watchForDrop(handle, ledger, core.slot, ledger.scopeKind);
  return handle;
}

function settingsOf(options: ChildScopeOptions): ScopeCore['settings'] {
  checkOptions('scope', options, scopeRules);
  return { name: options.name, deadlineMs: options.deadlineMs ?? 0, onReport: options.onReport };
}

export class ScopeHandle implements Scope {
  readonly #core: ScopeCore;

  constructor(core: ScopeCore) {
    this.#core = core;
  }

  get state(): 'open' | 'closing' | 'closed' {
    return this.#core.phase;
  }

  get signal(): AbortSignal {
    return this.#core.signal;
  }

  use<T extends Disposable | AsyncDisposable>(value: T, options?: RowOptions): T {
    const core = this.#core;
    const { ledger } = core;
    const kind = disposalKindOf(value);
    if (kind === undefined) throw noDisposer('scope.use', value);
    if (core.phase === 'open' && options === undefined && ledger.table.size < ledger.options.maxRows)
      ledger.announce(ledger.add(value, kind, core, entries.use));
    else addTo(core, { value, kind, release: undefined, options, where: 'scope.use', entry: entries.use });
    return value;
  }

  adopt<T>(value: T, how: SyncResourceKind<T>, options?: RowOptions): SyncResourceGuard<T>;
  adopt<T>(value: T, how: Release<T> | ResourceKind<T>, options?: RowOptions): ResourceGuard<T>;
  adopt<T>(value: T, how: Release<T> | ResourceKind<T>, options?: RowOptions): ResourceGuard<T> {
    return adoptInto(this.#core, {
      value,
      ...howOf('scope.adopt', how),
      options,
      where: 'scope.adopt',
      entry: entries.adopt,
    });
  }

  acquire<T>(
    open: (context: { readonly signal: AbortSignal }) => MaybePromise<T>,
    how: Release<T> | ResourceKind<T>,
    options?: RowOptions,
  ): Promise<ResourceGuard<T>> {
    const core = this.#core;
    try {
      if (typeof open !== 'function')
        throw invalid('scope.acquire', `the first argument must be a function that opens the resource, got ${shown(open)}`);
      const registration = {
        ...howOf('scope.acquire', how),
        options,
        where: 'scope.acquire',
        entry: entries.acquire,
      };
      return acquireFor(core, open, { name: options?.name ?? null, kind: registration.kind }, (value) =>
        adoptInto<T>(core, { value, ...registration }),
      );
    } catch (error) {
      return Promise.reject(error);
    }
  }

  defer(release: Release<void>, options?: RowOptions): void {
    if (typeof release !== 'function')
      throw invalid('scope.defer', `the first argument must be a function, got ${shown(release)}`);
    addTo(this.#core, {
      value: release,
      kind: deferredKind,
      release: undefined,
      options,
      where: 'scope.defer',
      entry: entries.defer,
    });
  }

  child(options?: ChildScopeOptions): Scope {
    const core = this.#core;
    if (core.phase !== 'open') throw closed('scope.child');
    return openScope(core.ledger, core, options, entries.child);
  }

  async run<R>(task: (scope: Scope) => MaybePromise<R>): Promise<R> {
    const core = this.#core;
    if (core.phase !== 'open') throw closed('scope.run');
    let result: R;
    try {
      const given = task(this);
      result = isPromiseLike(given) ? await given : given;
    } catch (error) {
      const report = core.close({ reason: isAbort(error) ? 'aborted' : 'error', error });
      if (report instanceof Promise) await report;
      throw error;
    }
    const closing = core.close();
    const report = closing instanceof Promise ? await closing : closing;
    if (!report.ok) throw new ReleaseFailedError(report.problems);
    return result;
  }

  close(options?: CloseOptions): MaybePromise<CloseReport> {
    if (options !== undefined) checkOptions('scope.close', options, closeRules);
    return this.#core.close(options);
  }

  [Symbol.asyncDispose](): Promise<void> {
    const report = this.#core.close();
    if (report instanceof Promise) return report.then(throwIfBad);
    return report.ok ? done : Promise.reject(new ReleaseFailedError(report.problems));
  }
}

const entries = {
  use: entryOf(ScopeHandle.prototype, 'use'),
  adopt: entryOf(ScopeHandle.prototype, 'adopt'),
  acquire: entryOf(ScopeHandle.prototype, 'acquire'),
  defer: entryOf(ScopeHandle.prototype, 'defer'),
  child: entryOf(ScopeHandle.prototype, 'child'),
};

function throwIfBad(report: CloseReport): void {
  if (!report.ok) throw new ReleaseFailedError(report.problems);
}

function closed(where: string): WatertightError {
  return new WatertightError('WT_SHUTTING_DOWN', `${where}: the scope is closing or closed`);
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** The kind and the release of a value that is handed to a scope. */
function howOf<T>(where: string, how: Release<T> | ResourceKind<T>): Pick<Registration, 'kind' | 'release'> {
  if (how instanceof Kind) return { kind: how, release: undefined };
  // The function takes the value that stands beside it in the same row.
  if (typeof how === 'function') return { kind: adoptedKind, release: how as Release<unknown> };
  throw invalid(where, `the second argument must be a release function or what defineKind() returned, got ${shown(how)}`);
}

function addTo(core: ScopeCore, what: Registration): number {
  const { ledger } = core;
  if (core.phase === 'open') return addRow(ledger, core, what);
  throw refuseLate(ledger, core.phase === 'closing' ? core : ledger.table.root, what, 'the scope');
}

function adoptInto<T>(core: ScopeCore, what: Registration): ResourceGuard<T> {
  return guardAt<T>(core.ledger, addTo(core, what));
}
