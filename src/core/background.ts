import { WatertightError } from '../kernel/errors.ts';
import type { ResourceId } from '../kernel/ids.ts';
import { invalid, shown } from '../kernel/options.ts';
import type { Milliseconds } from '../kernel/units.ts';
import { slotFor } from './info.ts';
import type { Ledger } from './ledger.ts';
import { CleanupQueue } from './queue.ts';
import type { QueueCloseReport, QueueHealth } from './queue.ts';
import type { QueueMetrics } from './queue-metrics.ts';
import type { CleanupTask, QueueItemOptions } from './queue-options.ts';
import { startRelease } from './release.ts';
import { ReleaseRun } from './run.ts';
import { rowState } from './table.ts';
import type { ReleaseOutcome } from './words.ts';

/** What is to be done in the background: a resource released, or a task of one's own run. Exactly one of `resource` and `cleanup`. */
export interface CleanupRequest extends QueueItemOptions {
  /** Id or name. */
  readonly resource?: ResourceId | string;
  readonly cleanup?: CleanupTask;
}

/** The registry's queue, made when something is first scheduled. */
export class BackgroundQueue {
  readonly #ledger: Ledger;
  readonly #concurrency: number | undefined;
  #queue: CleanupQueue | undefined;

  constructor(ledger: Ledger, concurrency: number | undefined) {
    this.#ledger = ledger;
    this.#concurrency = concurrency;
  }

  schedule(request: CleanupRequest): void {
    if (typeof request !== 'object' || request === null)
      throw invalid('scheduleCleanup', `the request must be an object, got ${shown(request)}`);
    const { resource, cleanup, ...options } = request;
    if ((resource === undefined) === (cleanup === undefined))
      throw invalid('scheduleCleanup', 'exactly one of `resource` and `cleanup` must be given');
    if (this.#ledger.phase !== 'open')
      throw new WatertightError(
        'WT_SHUTTING_DOWN',
        `scheduleCleanup: the registry "${this.#ledger.name}" is ${this.#ledger.phase}`,
      );
    if (cleanup !== undefined) this.#made().add(cleanup, options);
    else if (resource !== undefined) this.#release(resource, options);
  }

  #release(resource: ResourceId | string, options: QueueItemOptions): void {
    const ledger = this.#ledger;
    const slot = slotFor(ledger, resource);
    if (slot < 0)
      throw new WatertightError(
        'WT_NOT_FOUND',
        `scheduleCleanup: the registry "${ledger.name}" has no resource ${shown(resource)}`,
      );
    const id = ledger.table.id(slot);
    const priority = options.priority ?? ledger.table.priority(slot);
    this.#made().add(() => releaseById(ledger, id), { name: String(resource), ...options, priority });
  }

  #made(): CleanupQueue {
    this.#queue ??= new CleanupQueue({
      clock: this.#ledger.clock,
      ...(this.#concurrency === undefined ? undefined : { concurrency: this.#concurrency }),
    });
    return this.#queue;
  }

  metrics(): QueueMetrics | null {
    return this.#queue?.metrics() ?? null;
  }

  health(): QueueHealth | undefined {
    return this.#queue?.health();
  }

  worker(): QueueMetrics['worker'] {
    if (this.#queue !== undefined) return this.#queue.metrics().worker;
    return this.#ledger.phase === 'closed' ? 'closed' : 'idle';
  }

  close(graceMs: Milliseconds): Promise<QueueCloseReport> | undefined {
    return this.#queue?.close(graceMs);
  }
}

/** Throws or rejects with the error of a release that did not end well, so that the queue tries again. */
function releaseById(ledger: Ledger, id: ResourceId): void | Promise<void> {
  const { table } = ledger;
  const slot = table.find(id);
  if (slot < 0) return undefined;
  const state = table.state(slot);
  const kind = table.hows[slot]?.kind;
  if (kind === undefined) return undefined;
  // The value of a scope's row is the scope.
  if (kind.isScope) return closeScope(table.values[slot] as ScopeLike);
  if (state === rowState.timedOut && !kind.idempotent)
    throw new WatertightError('WT_RELEASE_TIMEOUT', 'the release has not settled and may not be called again', {
      recovery: 'fail',
    });
  if (state !== rowState.releasing) {
    const started = startRelease(ledger, slot, 'requested', undefined);
    if (!(started instanceof ReleaseRun)) return throwIfBad(started);
  }
  return new Promise<ReleaseOutcome>((resolve) => {
    ledger.ensureRecord(slot, kind).whenEnded(resolve);
  }).then(throwIfBad);
}

interface ScopeLike {
  close(): { readonly problems: readonly ReleaseOutcome[] } | Promise<{ readonly problems: readonly ReleaseOutcome[] }>;
}

async function closeScope(scope: ScopeLike): Promise<void> {
  const { problems } = await scope.close();
  throwIfBad(problems[0]);
}

function throwIfBad(outcome: ReleaseOutcome | undefined): void {
  if (outcome === undefined || outcome.result === 'released' || outcome.result === 'detached') return;
  throw outcome.error;
}
