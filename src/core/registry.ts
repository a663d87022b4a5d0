import { WatertightError } from '../kernel/errors.ts';
import type { ResourceId } from '../kernel/ids.ts';
import { bytes as sizeRule, invalid, shown } from '../kernel/options.ts';
import { entryOf } from '../kernel/stack.ts';
import type { Bytes, MaybePromise } from '../kernel/units.ts';
import { BackgroundQueue } from './background.ts';
import type { CleanupRequest } from './background.ts';
import { endReleased } from './ending.ts';
import type { RegistryEvent } from './events.ts';
import { ReleaseFailedError } from './failures.ts';
import type { ResourceGuard, SyncResourceGuard } from './guard.ts';
import { guardAt } from './hand-out.ts';
import { infoOf, matcher, rows, slotFor } from './info.ts';
import type { ResourceFilter } from './info.ts';
import { Kind, toKind } from './kind.ts';
import type { KindOptions, ResourceKind, SyncKindOptions, SyncResourceKind } from './kind.ts';
import { Ledger } from './ledger.ts';
import { releaseMany, releaseSyncAll, shutDown } from './mass-release.ts';
import { Policies } from './policies.ts';
import { policySettings } from './policy-options.ts';
import type { RegistryPolicy } from './policy-options.ts';
import { ledgerOptions } from './registry-options.ts';
import type { RegistryOptions } from './registry-options.ts';
import { answerRollCall } from './roll-call.ts';
import { addRow, refuseLate } from './rows.ts';
import type { Registration, RowOptions } from './rows.ts';
import { openScope } from './scope.ts';
import type { ChildScopeOptions, Scope } from './scope.ts';
import type { ShutdownTarget, TargetShutdownOptions } from './shutdown-target.ts';
import { takeSnapshot } from './snapshot.ts';
import type { RegistrySnapshot } from './snapshot.ts';
import { healthOf, metricsOf, statusOf } from './state-of.ts';
import type { RegistryHealth, RegistryMetrics, RegistryStatus } from './state-of.ts';
import { rowState } from './table.ts';
import { verifyMany, verifyRow } from './verify.ts';
import type { VerificationReport } from './verify.ts';
import type { CloseReport, ReleaseAllOptions, ReleaseReason, ResourceInfo, Verification } from './words.ts';

/** The table of everything that a program holds, and the ways to let go of it. */
export class ResourceRegistry implements AsyncDisposable, ShutdownTarget {
  readonly #ledger: Ledger;
  readonly #queue: BackgroundQueue;
  readonly #concurrency: number;
  #shutdown: Promise<CloseReport> | undefined;

  /** Throws WT_INVALID_OPTION. Makes no timer and installs nothing; listens to the policy's source of pressure, if one is given. */
  constructor(options: Readonly<RegistryOptions> = {}) {
    this.#ledger = new Ledger(ledgerOptions(options));
    this.#queue = new BackgroundQueue(this.#ledger, options.concurrency);
    this.#concurrency = options.concurrency ?? 10;
    this.#ledger.watch = new Policies(this.#ledger, policySettings('ResourceRegistry.policy', options.policy), this.#concurrency);
    answerRollCall(this.#ledger);
  }

  get name(): string {
    return this.#ledger.name;
  }

  /**
   * Takes ownership of a value; its guard releases it, or the registry's shutdown. When it throws RefusedError (WT_SHUTTING_DOWN,
   * WT_NAME_TAKEN, WT_RESOURCE_EXHAUSTED, WT_INVALID_OPTION of the row) the release of the value has been begun: `released`.
   * Throws WT_INVALID_OPTION for a wrong kind, or a value that nothing can release.
   */
  register<T>(value: T, how: SyncResourceKind<T> | Readonly<SyncKindOptions<T>>, options?: RowOptions): SyncResourceGuard<T>;
  register<T>(value: T, how: ResourceKind<T> | Readonly<KindOptions<T>>, options?: RowOptions): ResourceGuard<T>;
  register<T>(value: T, how: ResourceKind<T> | Readonly<KindOptions<T>>, options?: RowOptions): ResourceGuard<T> {
    const kind = toKind('register', how);
    const entry = entries.register;
    return guardAt<T>(this.#ledger, this.#add({ value, kind, release: undefined, options, where: 'register', entry }));
  }

  /** As `register`, without a guard, for the fastest paths: `untrack` ends it. Throws as `register` does. */
  track<T>(value: T, kind: ResourceKind<T>, bytes?: Bytes): ResourceId {
    const ledger = this.#ledger;
    if (!(kind instanceof Kind)) throw invalid('track', `the kind must be what defineKind() returned, got ${shown(kind)}`);
    const { table } = ledger;
    if (ledger.phase !== 'open' || table.size >= ledger.options.maxRows) return this.#trackSlowly(value, kind);
    const slot = ledger.add(value, kind, table.root, entries.track);
    if (bytes !== undefined) this.#setSize(slot, bytes);
    ledger.announce(slot);
    return table.id(slot);
  }

  #trackSlowly(value: unknown, kind: Kind): ResourceId {
    const what = { value, kind, release: undefined, options: undefined, where: 'track', entry: entries.track };
    return this.#ledger.table.id(this.#add(what));
  }

  #setSize(slot: number, bytes: Bytes): void {
    if (!sizeRule.accepts(bytes)) {
      this.#ledger.table.remove(slot);
      throw invalid('track', `\`bytes\` must be ${sizeRule.expected}, got ${shown(bytes)}`);
    }
    this.#ledger.table.setSize(slot, bytes);
  }

  #add(what: Registration): number {
    const ledger = this.#ledger;
    if (ledger.phase === 'open') return addRow(ledger, ledger.table.root, what);
    throw refuseLate(ledger, ledger.table.root, what, `the registry "${ledger.name}"`);
  }

  /** The caller has let go of the resource: its row ends as released. False when it had ended before, or its release runs. */
  untrack(id: ResourceId): boolean {
    const ledger = this.#ledger;
    const { table } = ledger;
    const slot = table.find(id);
    if (slot < 0 || table.state(slot) === rowState.releasing) return false;
    const how = table.hows[slot];
    if (ledger.hub.loud || how?.kind !== how || how?.kind.isScope === true) return this.#untrackSlowly(slot);
    ledger.counts.released += 1;
    table.remove(slot);
    return true;
  }

  #untrackSlowly(slot: number): boolean {
    const ledger = this.#ledger;
    // A scope owns others; only closing it ends it.
    if (ledger.table.hows[slot]?.kind.isScope === true) return false;
    endReleased(ledger, slot, ledger.recordAt(slot), { reason: 'closed', attempts: 0, durationMs: 0 });
    return true;
  }

  /** Opens a scope that this registry owns. Throws WT_SHUTTING_DOWN, WT_NAME_TAKEN, WT_RESOURCE_EXHAUSTED, WT_INVALID_OPTION. */
  scope(options?: ChildScopeOptions): Scope {
    const ledger = this.#ledger;
    if (ledger.phase !== 'open')
      throw new WatertightError('WT_SHUTTING_DOWN', `scope: the registry "${ledger.name}" is ${ledger.phase}`);
    return openScope(ledger, ledger.table.root, options, entries.scope);
  }

  /** By id or name; undefined when it has ended well or never was. */
  get(id: ResourceId | string): ResourceInfo | undefined {
    const slot = slotFor(this.#ledger, id);
    return slot < 0 ? undefined : infoOf(this.#ledger, slot);
  }

  /** In no particular order, scopes among them. What is added while it is read may be missing. Throws WT_INVALID_OPTION. */
  list(filter?: ResourceFilter): IterableIterator<ResourceInfo> {
    return listed(this.#ledger, matcher(this.#ledger, 'list', filter));
  }

  count(filter?: ResourceFilter): number {
    if (filter === undefined) return this.#ledger.table.size;
    const matches = matcher(this.#ledger, 'count', filter);
    let count = 0;
    for (const slot of rows(this.#ledger)) if (matches(slot)) count += 1;
    return count;
  }

  status(): RegistryStatus {
    return statusOf(this.#ledger);
  }

  metrics(): RegistryMetrics {
    return metricsOf(this.#ledger, this.#queue.metrics());
  }

  health(): RegistryHealth {
    return healthOf(this.#ledger, this.#queue.health(), this.#queue.worker());
  }

  snapshot(): RegistrySnapshot {
    return takeSnapshot(this.#ledger);
  }

  /**
   * Has a resource released, or a task run, in the background: higher priorities first, several at a time, tried again when it fails.
   * Throws WT_NOT_FOUND, WT_INVALID_OPTION, WT_SHUTTING_DOWN, WT_RESOURCE_EXHAUSTED (the queue is full).
   */
  scheduleCleanup(request: CleanupRequest): void {
    this.#queue.schedule(request);
  }

  /** Releases everything now, also what failed before, and stays open. Scopes are closed. Never rejects. */
  forceCleanupAll(): MaybePromise<CloseReport> {
    return releaseMany(this.#ledger, undefined, {});
  }

  /**
   * Releases what matches, of all owners, also what failed before; a scope that matches is closed. Never rejects. Throws
   * WT_INVALID_OPTION.
   */
  releaseAll(filter?: ResourceFilter, options: ReleaseAllOptions = {}): MaybePromise<CloseReport> {
    return releaseMany(this.#ledger, filter, options);
  }

  /** Asks the kind's probe about the real thing. Without one (with `verifyReleases: 'all'`: where
   * the value shows nothing, either), for an unknown id, and when the probe fails: `unverifiable`. */
  verify(id: ResourceId | string): MaybePromise<Verification> {
    return verifyRow(this.#ledger, slotFor(this.#ledger, id));
  }

  /**
   * Asks the probes of all resources that match, several at a time, about the real things: of live ones `gone` means that somebody else
   * has ended them, of those whose release failed or timed out `still-there` means a leak. Never rejects. Throws WT_INVALID_OPTION.
   */
  verifyAll(filter?: ResourceFilter): Promise<VerificationReport> {
    return verifyMany(this.#ledger, filter, this.#concurrency);
  }

  /**
   * From now on resources are released by this policy, those that are there already, too; undefined: only what kinds say. Throws
   * WT_INVALID_OPTION.
   */
  setPolicy(policy: RegistryPolicy | undefined): void {
    const settings = policySettings('setPolicy', policy);
    if (this.#ledger.phase !== 'open') return;
    this.#ledger.watch?.stop();
    this.#ledger.watch = new Policies(this.#ledger, settings, this.#concurrency);
  }

  /** Every event from now on. What the listener throws is counted and logged. */
  on(listener: (event: RegistryEvent) => void): Disposable {
    if (typeof listener !== 'function') throw invalid('on', `the listener must be a function, got ${shown(listener)}`);
    return this.#ledger.hub.on(listener);
  }

  /**
   * Takes no more registrations, runs what is queued and releases everything, in order, within `graceMs` [10 000]. What ended badly
   * before is among the problems. Always the same promise; it never rejects.
   */
  shutdown(options: TargetShutdownOptions = {}): Promise<CloseReport> {
    this.#shutdown ??= shutDown(this.#ledger, this.#queue, options);
    return this.#shutdown;
  }

  /** For the end of the process: everything that has a `releaseSync`, or a value with `Symbol.dispose`, is released at once. Never throws. */
  releaseAllSync(reason: ReleaseReason): void {
    releaseSyncAll(this.#ledger, reason);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const report = await this.shutdown();
    if (!report.ok) throw new ReleaseFailedError(report.problems);
  }
}

const entries = {
  register: entryOf(ResourceRegistry.prototype, 'register'),
  track: entryOf(ResourceRegistry.prototype, 'track'),
  scope: entryOf(ResourceRegistry.prototype, 'scope'),
};

function* listed(ledger: Ledger, matches: (slot: number) => boolean): IterableIterator<ResourceInfo> {
  for (const slot of rows(ledger)) if (matches(slot)) yield infoOf(ledger, slot);
}
