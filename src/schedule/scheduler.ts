import { ReleaseFailedError, defineKind } from '../core/index.ts';
import type { ReleaseOutcome, ResourceGuard, ResourceKind } from '../core/index.ts';
import { WatertightError } from '../kernel/errors.ts';
import { isolated } from '../kernel/listeners.ts';
import { aFunction, invalid, shown } from '../kernel/options.ts';
import type { Rule } from '../kernel/options.ts';
import { entryOf, onBehalfOf } from '../kernel/stack.ts';
import type { Entry } from '../kernel/stack.ts';
import { after, every } from './next-run.ts';
import { idRule, oneTimeRules, recurringRules, scheduleRules, schedulerSettings, taskSettings } from './options.ts';
import type {
  CleanupSchedulerOptions,
  OneTimeOptions,
  RecurringOptions,
  ScheduleTaskOptions,
  ScheduledWork,
  SchedulerSettings,
  TaskSettings,
} from './options.ts';
import { SchedulerBooks } from './books.ts';
import { Task } from './task.ts';
import type { NextRun, RunOutcome, SchedulerStatus, TaskStatus } from './words.ts';

/**
 * Runs cleanup tasks at their time: once, again and again, or when a `NextRun` says. A task never overlaps itself, one that fails is
 * slowed down, and each is a row of the registry (type `timer`): whoever closes that cancels the task and waits for the run under way.
 * Waiting does not keep the process alive.
 */
export class CleanupScheduler implements AsyncDisposable {
  readonly #settings: SchedulerSettings;
  readonly #kind: ResourceKind<Task>;
  readonly #books: SchedulerBooks = new SchedulerBooks();
  readonly #guards: Map<string, ResourceGuard<Task>> = new Map();
  #stopping: Promise<void> | undefined;
  #stopped = false;

  /** Throws WT_INVALID_OPTION. Makes no timer. */
  constructor(options: Readonly<CleanupSchedulerOptions> = {}) {
    this.#settings = schedulerSettings(options);
    this.#kind = defineKind<Task>({
      type: 'timer',
      release: (task) => task.stop(),
      releaseSync: (task) => void task.stop(),
      probe: (task) => (task.idle ? 'gone' : 'still-there'),
      releaseTimeoutMs: this.#settings.cancelTimeoutMs,
      stack: 'always',
    });
  }

  get name(): string {
    return this.#settings.name;
  }

  /**
   * Once, after `delayMs`; up to `attempts` calls when it fails. Returns its status. Throws WT_NAME_TAKEN while a task with this id is
   * there, WT_INVALID_OPTION, WT_SHUTTING_DOWN.
   */
  scheduleCleanup(id: string, task: ScheduledWork, options: OneTimeOptions = {}): TaskStatus {
    const settings = taskSettings('scheduleCleanup', options, oneTimeRules, 3);
    const what = { id, work: task, next: after(options.delayMs ?? 0), recurring: false, where: 'scheduleCleanup' };
    return this.#add(what, settings, entries.once);
  }

  /**
   * Each `intervalMs`, the first time after one interval. A failure leads to a pause, never to more calls. Returns its status. Throws
   * as `scheduleCleanup` does.
   */
  scheduleRecurringCleanup(id: string, task: ScheduledWork, options: RecurringOptions): TaskStatus {
    const settings = taskSettings('scheduleRecurringCleanup', options, recurringRules, 1);
    if (options?.intervalMs === undefined) throw invalid('scheduleRecurringCleanup', '`intervalMs` is missing');
    const what = { id, work: task, next: every(options.intervalMs), recurring: true, where: 'scheduleRecurringCleanup' };
    return this.#add(what, settings, entries.recurring);
  }

  /** When `next` says: `at()`, `every()`, `cron()` of `watertight/schedule/cron`, or your own. Throws as `scheduleCleanup` does. */
  schedule(id: string, task: ScheduledWork, next: NextRun, options: ScheduleTaskOptions = {}): TaskStatus {
    check('schedule', 'the third argument', aFunction, next);
    const settings = taskSettings('schedule', options, scheduleRules, 1);
    return this.#add({ id, work: task, next, recurring: true, where: 'schedule' }, settings, entries.schedule);
  }

  /**
   * No run of this task begins any more; resolves when the run under way has ended: false when there is no such task. Rejects with
   * WT_RELEASE_FAILED when that run does not end within `cancelTimeoutMs`. A task cancels itself with `run.cancel()` instead.
   */
  async cancelTask(id: string): Promise<boolean> {
    const guard = this.#guards.get(id);
    if (guard === undefined) return false;
    const outcome = await guard.release('requested');
    if (!isFine(outcome)) throw new ReleaseFailedError([outcome]);
    return true;
  }

  /** One task; undefined when there is none with this id, or it has ended. */
  getTask(id: string): TaskStatus | undefined {
    return this.#books.find(id)?.status();
  }

  getStatus(): SchedulerStatus {
    const state = this.#stopped ? 'stopped' : this.#stopping === undefined ? 'open' : 'stopping';
    return this.#books.status(this.#settings.name, state);
  }

  /** Cancels all tasks, waits for what runs, takes no more. Rejects with WT_RELEASE_FAILED when runs did not end in time. Again: the same promise. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #stop(): Promise<void> {
    const outcomes = await Promise.all([...this.#guards.values()].map(async (guard) => guard.release('closed')));
    this.#stopped = true;
    const problems = outcomes.filter((outcome) => !isFine(outcome));
    if (problems.length > 0) throw new ReleaseFailedError(problems);
  }

  #add(
    what: {
      readonly id: string;
      readonly work: ScheduledWork;
      readonly next: NextRun;
      readonly recurring: boolean;
      readonly where: string;
    },
    settings: TaskSettings,
    entry: Entry,
  ): TaskStatus {
    const { where, id } = what;
    check(where, 'the id', idRule, id);
    check(where, 'the task', aFunction, what.work);
    if (this.#stopping !== undefined) throw new WatertightError('WT_SHUTTING_DOWN', `${where}: the scheduler was stopped`);
    if (this.#guards.has(id)) throw new WatertightError('WT_NAME_TAKEN', `${where}: there is a task "${id}" already`);
    const task = new Task(what, settings, this.#settings, {
      ended: (one) => this.#ended(one),
      ran: (outcome) => this.#ran(outcome),
      skipped: () => this.#books.count('skipped'),
    });
    const guard = onBehalfOf(entry, () => this.#own(task, settings));
    this.#guards.set(id, guard);
    this.#books.add(task);
    task.start();
    return task.status();
  }

  #own(task: Task, settings: TaskSettings): ResourceGuard<Task> {
    const { owner, name } = this.#settings;
    const row = {
      name: `${name}:${task.id}`,
      ...(settings.description === null ? {} : { metadata: { description: settings.description } }),
    };
    return 'adopt' in owner ? owner.adopt(task, this.#kind, row) : owner.register(task, this.#kind, row);
  }

  /** Whoever ended it: its own last run, a cancel, or the registry. */
  #ended(task: Task): void {
    const guard = this.#guards.get(task.id);
    this.#guards.delete(task.id);
    this.#books.end(task);
    if (guard?.state === 'live') void guard.release('closed');
  }

  #ran(outcome: RunOutcome): void {
    const { logger, onOutcome, name } = this.#settings;
    this.#books.count(outcome.result);
    isolated(
      () => onOutcome(outcome),
      () => {},
    );
    const { id, run, result, durationMs, error } = outcome;
    const fields = { resourceId: `${name}:${id}`, run, durationMs, ...(error === undefined ? {} : { error }) };
    const level = result === 'failed' || result === 'timed-out' ? 'warn' : 'debug';
    isolated(
      () => logger[level](fields, `scheduled task ${result}`),
      () => {},
    );
  }
}

const entries = {
  once: entryOf(CleanupScheduler.prototype, 'scheduleCleanup'),
  recurring: entryOf(CleanupScheduler.prototype, 'scheduleRecurringCleanup'),
  schedule: entryOf(CleanupScheduler.prototype, 'schedule'),
};

function isFine(outcome: ReleaseOutcome): boolean {
  return outcome.result === 'released' || outcome.result === 'detached';
}

function check(where: string, what: string, rule: Rule, value: unknown): void {
  if (!rule.accepts(value)) throw invalid(where, `${what} must be ${rule.expected}, got ${shown(value)}`);
}
