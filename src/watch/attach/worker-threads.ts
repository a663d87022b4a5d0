import type { Clock } from '../../kernel/clock/index.ts';
import { pause } from '../../kernel/clock/index.ts';
import type { Answer, Inspector } from './inspector.ts';
import type { Evaluate, Loaded } from './loading.ts';
import { loadAgent } from './loading.ts';

const settleMs = 150;

interface WorkerEvent {
  readonly sessionId?: unknown;
  readonly message?: unknown;
}

/** Speaks with the worker threads of a program through the inspector of its main thread. */
export class WorkerThreads {
  readonly #inspector: Inspector;
  readonly #clock: Clock;
  readonly #sessions = new Set<string>();
  readonly #waiting = new Map<string, (answer: Answer) => void>();
  #lastId = 0;

  constructor(inspector: Inspector, clock: Clock) {
    this.#inspector = inspector;
    this.#clock = clock;
    inspector.on('NodeWorker.attachedToWorker', ({ sessionId }: WorkerEvent) => void this.#sessions.add(String(sessionId)));
    inspector.on('NodeWorker.detachedFromWorker', ({ sessionId }: WorkerEvent) => void this.#sessions.delete(String(sessionId)));
    inspector.on('NodeWorker.receivedMessageFromWorker', (event: WorkerEvent) => this.#received(event));
  }

  /** Loads the agent in all workers that run now. Answers how it went in each. */
  async load(script: string, withinMs: number): Promise<readonly Loaded[]> {
    await this.#inspector.call('NodeWorker.enable', { waitForDebuggerOnStart: false }, withinMs);
    // They are told of one by one, after the answer.
    await pause(this.#clock, settleMs);
    const sessions = [...this.#sessions];
    const results = await Promise.all(
      sessions.map((session) => loadAgent(this.#evaluate(session), script, this.#clock, withinMs)),
    );
    this.#inspector.post('NodeWorker.disable', {});
    return results;
  }

  #evaluate(sessionId: string): Evaluate {
    return (expression, withinMs) =>
      new Promise((resolve) => {
        const id = (this.#lastId += 1);
        const key = `${sessionId} ${id}`;
        const timer = this.#clock.schedule(withinMs, () => settle({ kind: 'silent' }), { ref: true });
        const settle = (answer: Answer): void => {
          this.#waiting.delete(key);
          timer.cancel();
          resolve(answer);
        };
        this.#waiting.set(key, settle);
        const params = { expression, includeCommandLineAPI: true, returnByValue: true };
        const message = JSON.stringify({ id, method: 'Runtime.evaluate', params });
        this.#inspector.post('NodeWorker.sendMessageToWorker', { sessionId, message });
      });
  }

  #received({ sessionId, message }: WorkerEvent): void {
    const answer = JSON.parse(String(message)) as { id?: number; result?: Record<string, unknown>; error?: { message?: string } };
    const settle = this.#waiting.get(`${String(sessionId)} ${answer.id ?? 0}`);
    if (answer.error) settle?.({ kind: 'error', message: answer.error.message ?? '' });
    else settle?.({ kind: 'answer', result: answer.result ?? {} });
  }
}
