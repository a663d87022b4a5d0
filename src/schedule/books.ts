import type { Task } from './task.ts';
import type { SchedulerStatus, TaskStatus } from './words.ts';

/** Ended tasks that are remembered. */
const keptEnded = 100;

/** What a scheduler knows of its tasks, those that are there and those that were. */
export class SchedulerBooks {
  readonly #tasks: Map<string, Task> = new Map();
  readonly #ended: TaskStatus[] = [];
  readonly #counts: Record<keyof SchedulerStatus['counts'], number> = {
    done: 0,
    failed: 0,
    'timed-out': 0,
    cancelled: 0,
    skipped: 0,
  };

  add(task: Task): void {
    this.#tasks.set(task.id, task);
  }

  end(task: Task): void {
    this.#tasks.delete(task.id);
    this.#ended.push(task.status());
    if (this.#ended.length > keptEnded) this.#ended.shift();
  }

  find(id: string): Task | undefined {
    return this.#tasks.get(id);
  }

  count(what: keyof SchedulerStatus['counts']): void {
    this.#counts[what] += 1;
  }

  status(name: string, state: SchedulerStatus['state']): SchedulerStatus {
    const tasks = [...this.#tasks.values()].map((task) => task.status());
    return Object.freeze({ name, state, tasks, ended: [...this.#ended], counts: { ...this.#counts } });
  }
}
