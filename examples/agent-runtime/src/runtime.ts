import { scope as openScope } from 'watertight';
import type { CloseReport, Scope } from 'watertight';
import type { Model } from './model.ts';
import { tools } from './tools.ts';
import type { ToolContext } from './tools.ts';

export interface RuntimeOptions {
  readonly folder: string;
  readonly echoPort: number;
  /** Default 10. */
  readonly maxConcurrent?: number;
  /** Default 30 000. */
  readonly timeoutMs?: number;
  /** Default 10. */
  readonly maxToolCalls?: number;
  /** Told how each execution let go of what it held. */
  readonly onReport?: (report: CloseReport) => void;
}

/** Runs agents. An execution owns what its tools open; when it has ended, however, nothing of it is left. */
export class AgentRuntime {
  readonly #options: Required<RuntimeOptions>;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(options: RuntimeOptions) {
    this.#options = { maxConcurrent: 10, timeoutMs: 30_000, maxToolCalls: 10, onReport: () => undefined, ...options };
  }

  get running(): number {
    return this.#running;
  }

  /** Resolves with the agent's answer; waits for its turn, first come first served. Rejects when it fails, is cancelled or over time. */
  async execute(model: Model, signal: AbortSignal): Promise<string> {
    await this.#turn();
    try {
      signal.throwIfAborted();
      return await this.#withDeadline(signal, (both) => this.#inScope(model, both));
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  async #turn(): Promise<void> {
    // Whoever was woken takes part in the race again: somebody may have come in between.
    while (this.#running >= this.#options.maxConcurrent) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running += 1;
  }

  async #withDeadline<R>(signal: AbortSignal, task: (signal: AbortSignal) => Promise<R>): Promise<R> {
    const { timeoutMs } = this.#options;
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(new Error(`over time: ${timeoutMs} ms`)), timeoutMs);
    const forward = (): void => controller.abort(signal.reason);
    signal.addEventListener('abort', forward, { once: true });
    try {
      return await task(controller.signal);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', forward);
    }
  }

  #inScope(model: Model, signal: AbortSignal): Promise<string> {
    const { onReport } = this.#options;
    return openScope({ onReport }).run((scope) => this.#loop(model, scope, signal));
  }

  async #loop(model: Model, scope: Scope, signal: AbortSignal): Promise<string> {
    const { folder, echoPort, maxToolCalls } = this.#options;
    const context: ToolContext = { scope, signal, folder, echoPort };
    const history: string[] = [];
    for (;;) {
      signal.throwIfAborted();
      const turn = model(history);
      if ('answer' in turn) return turn.answer;
      if (history.length >= maxToolCalls) throw new Error(`no answer after ${maxToolCalls} tool calls`);
      const tool = tools[turn.tool];
      if (tool === undefined) throw new Error(`there is no tool "${turn.tool}"`);
      history.push(await tool(turn.input, context));
    }
  }
}
