import { systemClock } from '../../kernel/clock/index.ts';
import { aName, checkOptions, invalid, shown } from '../../kernel/options.ts';
import type { Rules } from '../../kernel/options.ts';
import type { LeakReport } from '../../kernel/leak-watch.ts';
import type { MaybePromise } from '../../kernel/units.ts';
import { ReleaseFailedError } from '../failures.ts';
import type { ResourceGuard } from '../guard.ts';
import { kindRules } from '../kind.ts';
import type { KindOptions } from '../kind.ts';
import { proofOf } from '../probes/by-type.ts';
import type { Proof } from '../probes/by-type.ts';
import { ResourceRegistry } from '../registry.ts';
import { rowRules } from '../rows.ts';
import type { ShutdownTarget, TargetShutdownOptions } from '../shutdown-target.ts';
import type { CloseReport, ReleaseReason, ResourceInfo, ResourceType } from '../words.ts';
import { Books } from './books.ts';
import { defaultRelease, defaultReleaseSync } from './defaults.ts';
import { leakWatchFor, managerSettings } from './options.ts';
import type { ManagerSettings, ResourceCleanupManagerOptions } from './options.ts';
import { resultOf, summaryOf, unknownId } from './results.ts';
import { OneTimeSchedule } from './schedule.ts';
import type { ScheduleCleanupOptions, ScheduledCleanup } from './schedule.ts';
import type {
  CleanupSummary,
  CleanupVerification,
  ManagedResourceOptions,
  ManagedResourceStatus,
  ResourceCleanupResult,
} from './words.ts';

const { after: _after, name: _name, ...ownRowRules } = rowRules;
const { type: _type, retry: _retry, ...ownKindRules } = kindRules;
const resourceRules: Rules = { ...ownKindRules, ...ownRowRules };
const retryBackoffMs = 1_000;

type OwnKindOptions<T> = Omit<KindOptions<T>, 'type' | 'retry'>;

interface Registering<T> {
  readonly where: string;
  readonly options: ManagedResourceOptions<T> | undefined;
}

/**
 * One object for whoever keeps resources under ids of their own: registers, releases by age, cleans up by id or type, verifies,
 * schedules. A facade of a registry, which is `registry`; what the registry can do is there, too.
 */
export class ResourceCleanupManager implements AsyncDisposable, ShutdownTarget {
  readonly registry: ResourceRegistry;
  readonly #settings: ManagerSettings;
  readonly #books: Books;
  readonly #schedule: OneTimeSchedule;
  #monitoring = false;
  #made = 0;

  /** Throws WT_INVALID_OPTION; WT_NOT_AVAILABLE for `enableLeakDetection` where `watertight/leak` was not imported. Makes no timer. */
  constructor(options: Readonly<ResourceCleanupManagerOptions> = {}) {
    this.#settings = managerSettings(options);
    const { name = 'cleanup-manager', clock = systemClock, monitor, logger } = options;
    const told = { ...(monitor === undefined ? {} : { monitor }), ...(logger === undefined ? {} : { logger }) };
    this.registry = new ResourceRegistry({ name, clock, verifyReleases: 'all', policy: { enabled: false }, ...told });
    this.#books = new Books(this.registry);
    this.#schedule = new OneTimeSchedule(this.registry, clock, this.#settings.maxCleanupAttempts);
    if (this.#settings.autoCleanup) this.startMonitoring();
  }

  get name(): string {
    return this.registry.name;
  }

  /**
   * Takes ownership of a resource under an id of the caller's, and returns the id. Without `release` the value's own disposer is
   * called, else what its type offers: paths of temporary files and directories are removed, descriptors closed, sockets destroyed,
   * servers and connections closed, children killed and awaited; paths and children also when the process ends at once. Without `probe` reality is asked by type. An `essential` one is
   * released only when somebody asks, whatever its age. Throws as `ResourceRegistry.register` does: WT_NAME_TAKEN for an id that is
   * in use (what was handed over is released then), WT_INVALID_OPTION for unknown keys, and for a value that nothing could release.
   */
  registerResource<T>(id: string, resource: T, type: ResourceType, options?: ManagedResourceOptions<T>): string {
    this.#register(id, resource, type, { where: 'registerResource', options });
    return id;
  }

  /** As `registerResource`, under an id that it makes. */
  registerForCleanup<T>(resource: T, type: ResourceType, options?: ManagedResourceOptions<T>): string {
    const id = this.#nextId(type);
    this.#register(id, resource, type, { where: 'registerForCleanup', options });
    return id;
  }

  /** As `registerForCleanup`, but returns the guard: `await using guard = manager.autoCleanupResource(…)` releases at the end of the block. */
  autoCleanupResource<T>(resource: T, type: ResourceType, options?: ManagedResourceOptions<T>): ResourceGuard<T> {
    return this.#register(this.#nextId(type), resource, type, { where: 'autoCleanupResource', options });
  }

  #nextId(type: ResourceType): string {
    do this.#made += 1;
    while (this.#books.guard(`${type}-${this.#made}`) !== undefined);
    return `${type}-${this.#made}`;
  }

  #register<T>(id: string, resource: T, type: ResourceType, how: Registering<T>): ResourceGuard<T> {
    const { where, options = {} } = how;
    if (!aName.accepts(id)) throw invalid(where, `the id must be ${aName.expected}, got ${shown(id)}`);
    checkOptions(where, options, resourceRules);
    const { bytes, priority, metadata, ...ofKind } = options;
    const proof = ofKind.probe === undefined ? proofOf(type, resource) : provenBy(ofKind.probe, resource);
    const retry = { attempts: this.#settings.maxCleanupAttempts, backoffMs: retryBackoffMs };
    const kind = { ...ofKind, ...releaseOf(type, resource, ofKind, proof), type, retry, probe: () => proof() };
    const given = Object.entries({ bytes, priority, metadata }).filter(([, value]) => value !== undefined);
    const guard = this.registry.register(resource, kind, { name: id, ...Object.fromEntries(given) });
    this.#books.add(id, guard, proof);
    return guard;
  }

  /** The guard of a resource: its value, `use()` to keep it from being released meanwhile. Undefined once it is released. */
  getResource(id: string): ResourceGuard<unknown> | undefined {
    return this.#books.guard(id);
  }

  /** Takes a resource out of all care, unreleased. False when there is none of this id that is live. */
  unregisterResource(id: string): boolean {
    const guard = this.#books.guard(id);
    if (guard?.state !== 'live') return false;
    guard.detach();
    return true;
  }

  /** Releases a resource now, also one whose cleanup failed before. Never rejects: an unknown id is a result, too (WT_NOT_FOUND). */
  async cleanupResource(id: string): Promise<ResourceCleanupResult> {
    const guard = this.#books.guard(id);
    if (guard === undefined) return unknownId(id, this.name);
    if (guard.state === 'live' || guard.state === 'releasing') return resultOf(id, await guard.release('requested'));
    const report = await this.registry.releaseAll({ name: id });
    const [problem] = report.problems;
    if (problem !== undefined) return resultOf(id, problem);
    const { verification } = await this.verifyCleanup(id);
    return { resourceId: id, success: true, attempts: 1, durationMs: report.durationMs, verification };
  }

  /** Releases all of a type, in the order of the registry. Never rejects. Throws WT_INVALID_OPTION. */
  async cleanupAllOfType(type: ResourceType): Promise<CleanupSummary> {
    return summaryOf(await this.registry.releaseAll({ type }));
  }

  /** Releases all, or all of a type; the manager stays open. Never rejects. */
  async cleanupAllResources(type?: ResourceType): Promise<CleanupSummary> {
    return summaryOf(await this.registry.releaseAll(type === undefined ? undefined : { type }));
  }

  /** What reality says of a resource, registered or released: of the last 1 000 released ones it is remembered how to ask. Never rejects. */
  async verifyCleanup(id: string): Promise<CleanupVerification> {
    const guard = this.#books.guard(id);
    if (guard !== undefined) return { stillRegistered: true, verification: await this.registry.verify(guard.id) };
    try {
      return { stillRegistered: false, verification: (await this.#books.proof(id)?.()) ?? 'unverifiable' };
    } catch {
      return { stillRegistered: false, verification: 'unverifiable' };
    }
  }

  getResourceStatus(): ManagedResourceStatus {
    const status = this.registry.status();
    const rows = [...this.registry.list()];
    return {
      totalResources: status.count,
      resourcesByType: Object.fromEntries(Object.entries(status.byType).map(([type, sum]) => [type, sum?.count ?? 0])),
      essentialResources: rows.filter((row) => row.essential).length,
      problemResources: rows
        .filter(({ state }) => state !== 'live' && state !== 'releasing')
        .map(({ name, id }) => name ?? String(id)),
      monitoring: this.#monitoring,
      cleanupSuccessRate: this.registry.metrics().successRate,
      verification: status.verification,
      scheduled: this.#schedule.list(),
    };
  }

  /**
   * Runs a cleanup once, after a delay, tried again when it fails (`maxCleanupAttempts`). Its timer does not keep the process alive.
   * Throws WT_INVALID_OPTION, and WT_NAME_TAKEN while one of this id waits or runs.
   */
  scheduleCleanup(id: string, cleanup: () => MaybePromise<void>, options?: ScheduleCleanupOptions): void {
    this.#schedule.add(id, cleanup, options);
  }

  /** Cancels a scheduled cleanup. False when it runs, has ended or never was. */
  cancelTask(id: string): boolean {
    return this.#schedule.cancel(id);
  }

  /** The scheduled cleanups: those to come, those that run, and the last 100 that ended. */
  getScheduledCleanups(): readonly ScheduledCleanup[] {
    return this.#schedule.list();
  }

  /** From now on resources are released by age, and leaks are looked for with `enableLeakDetection`. On a manager that does so already nothing happens. */
  startMonitoring(): void {
    if (this.#monitoring) return;
    if (this.#settings.enableLeakDetection) this.startLeakDetection();
    const { maxResourceLifetimeMs, cleanupIntervalMs } = this.#settings;
    this.registry.setPolicy({ maxLifetimeMs: maxResourceLifetimeMs, intervalMs: cleanupIntervalMs });
    this.#monitoring = true;
  }

  /** Nothing is released by age any more, until `startMonitoring()`. */
  stopMonitoring(): void {
    this.registry.setPolicy({ enabled: false });
    this.#monitoring = false;
  }

  /**
   * Watches the process for resources that leak, as `startLeakDetection` of `watertight/leak` does: the same watch, which every manager of the thread shares.
   * Throws WT_NOT_AVAILABLE unless that was imported.
   */
  startLeakDetection(): void {
    leakWatchFor('startLeakDetection', this.#settings.leakCheckIntervalMs).start();
  }

  /** What leak detection has found in this process. Throws WT_NOT_AVAILABLE unless `watertight/leak` was imported. */
  getLeakReport(): LeakReport {
    return leakWatchFor('getLeakReport').getLeakReport();
  }

  /** Cancels what is scheduled and releases everything; see `ResourceRegistry.shutdown`. */
  shutdown(options?: TargetShutdownOptions): Promise<CloseReport> {
    this.#schedule.cancelAll();
    this.#monitoring = false;
    return this.registry.shutdown(options);
  }

  list(): IterableIterator<ResourceInfo> {
    return this.registry.list();
  }

  /** For the end of the process, see `ResourceRegistry.releaseAllSync`. */
  releaseAllSync(reason: ReleaseReason): void {
    this.#schedule.cancelAll();
    this.registry.releaseAllSync(reason);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const report = await this.shutdown();
    if (!report.ok) throw new ReleaseFailedError(report.problems);
  }
}

function provenBy<T>(probe: NonNullable<KindOptions<T>['probe']>, value: T): Proof {
  return () => probe(value);
}

/** The release that holds, if any: `releaseSync` alone is one, too. */
function releaseOf<T>(type: ResourceType, value: T, options: OwnKindOptions<T>, proof: Proof): OwnKindOptions<T> {
  const own = options.release !== undefined || options.releaseSync !== undefined;
  const releaseSync = own ? options.releaseSync : defaultReleaseSync(type, value);
  const sync = releaseSync === undefined ? {} : { releaseSync };
  const release = own ? options.release : defaultRelease(type, value);
  if (release === undefined) return sync;
  if (type !== 'process') return { ...sync, release };
  // Descendants can be found only as long as the process is there.
  return {
    ...sync,
    release: (it, context) => {
      void proof();
      return release(it, context);
    },
  };
}
