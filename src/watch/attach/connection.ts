import { appendFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from '../../kernel/clock/index.ts';
import { WatertightError } from '../../kernel/errors.ts';
import { dataFileName } from '../../wire/names.ts';
import type { Answer, Inspector } from './inspector.ts';
import type { InjectionSettings } from './injection.ts';
import { closeInspector, forgetMark, injection, keepAgent, stopAgent } from './injection.ts';
import type { Loaded } from './loading.ts';
import { loadAgent } from './loading.ts';
import type { Target } from './linux/target.ts';
import { WorkerThreads } from './worker-threads.ts';

const shortMs = 2_000;
const workerMs = 3_000;
/** As in the agent, which says it when the directory of the run cannot be written to. */
const cannotWrite = 'WATERTIGHT_CANNOT_WRITE';

/** How the data come: the program writes them into the directory of the run, or sends them through its inspector. */
export type Way = 'file' | 'inspector';

export interface ConnectionOptions {
  readonly target: Target;
  readonly clock: Clock;
  /** Directory of the run. */
  readonly directory: string;
  readonly sources: { readonly folder: string; readonly files: Readonly<Record<string, string>> };
  /** As in WATERTIGHT_OPTIONS. */
  readonly agentOptions: string;
  readonly timeLimitMs: number;
  readonly wasOpen: boolean;
}

const staleMs = 15_000;

/** The inspector of a program as we use it: load the agent, receive its records where that is needed, stop it, close again. */
export class Connection {
  readonly #inspector: Inspector;
  readonly #options: ConnectionOptions;

  constructor(inspector: Inspector, options: ConnectionOptions) {
    this.#inspector = inspector;
    this.#options = options;
  }

  /** The program has ended, or its inspector was closed by somebody else. */
  get gone(): boolean {
    return this.#inspector.closed;
  }

  /** Loads the agent, by a file where the program can write one. Throws WT_ATTACH_BUSY or WT_ATTACH_NO_INSPECTOR. */
  async load(preferred: Way): Promise<{ readonly way: Way; readonly workers: readonly Loaded[] }> {
    const first = await this.#load(preferred);
    const refused = first.kind === 'failed' && first.why.includes(cannotWrite) && preferred === 'file';
    const way = refused ? 'inspector' : preferred;
    const loaded = refused ? await this.#load('inspector') : first;
    if (loaded.kind !== 'recording') throw this.#failure(loaded);
    const workers = way === 'file' ? await this.#workers().load(this.#script('file', null), workerMs) : [];
    return { way, workers };
  }

  /** To be called at times where records are sent: an agent that hears nothing stops. */
  keep(): void {
    this.#inspector.post('Runtime.evaluate', this.#evaluation(keepAgent));
  }

  stopAgent(): void {
    this.#inspector.post('Runtime.evaluate', this.#evaluation(stopAgent));
  }

  /** Leaves the program; its inspector closes a moment later where it was closed before, of a busy program when it is free. */
  async leave(): Promise<void> {
    await this.#evaluate(forgetMark, shortMs);
    if (!this.#options.wasOpen) await this.#evaluate(closeInspector, shortMs);
    await this.#inspector.close();
  }

  async #load(way: Way): Promise<Loaded> {
    const { clock, timeLimitMs } = this.#options;
    const binding = way === 'inspector' ? `watertight${randomBytes(6).toString('hex')}` : null;
    if (binding !== null) await this.#receive(binding);
    return loadAgent((text, ms) => this.#evaluate(text, ms), this.#script(way, binding), clock, timeLimitMs);
  }

  /** Records come as calls of a function that the inspector makes; they are written to where the agent would have written them. */
  async #receive(binding: string): Promise<void> {
    const { target, directory } = this.#options;
    const file = join(directory, dataFileName(target.pid, target.start, 0));
    this.#inspector.on('Runtime.bindingCalled', ({ name, payload }) => {
      if (name === binding) appendFileSync(file, String(payload), { mode: 0o600 });
    });
    // At its end the program waits until we have gone: by then it has sent everything.
    this.#inspector.on('NodeRuntime.waitingForDisconnect', () => void this.#inspector.close());
    await this.#inspector.call('NodeRuntime.notifyWhenWaitingForDisconnect', { enabled: true }, shortMs);
    await this.#inspector.call('Runtime.addBinding', { name: binding }, shortMs);
  }

  #workers(): WorkerThreads {
    return new WorkerThreads(this.#inspector, this.#options.clock);
  }

  #script(way: Way, binding: string | null): string {
    const { target, directory, sources, agentOptions } = this.#options;
    // A file that is sent is not thinned: the agent could not read it.
    const options = way === 'file' ? agentOptions : `${agentOptions},maxFileBytes=${Number.MAX_SAFE_INTEGER}`;
    const settings: InjectionSettings = {
      directory: way === 'file' ? directory : null,
      folder: sources.folder,
      pid: target.pid,
      start: target.start,
      options,
      ageMs: target.ageMs,
      staleMs,
    };
    return injection(settings, sources.files, binding);
  }

  #failure(loaded: Loaded): WatertightError {
    const { target, timeLimitMs } = this.#options;
    const seconds = timeLimitMs / 1000;
    if (loaded.kind === 'failed') {
      return new WatertightError(
        'WT_ATTACH_NO_INSPECTOR',
        `the agent could not be loaded into process ${target.pid}: ${loaded.why}`,
      );
    }
    const how = loaded.kind === 'busy' ? 'its event loop did not turn' : 'its main thread did not answer';
    return new WatertightError(
      'WT_ATTACH_BUSY',
      `process ${target.pid} is busy: ${how} within ${seconds} s. Attach again when it is free, or with a longer --time-limit`,
    );
  }

  #evaluation(expression: string): Readonly<Record<string, unknown>> {
    return { expression, includeCommandLineAPI: true, returnByValue: true };
  }

  #evaluate(expression: string, withinMs: number): Promise<Answer> {
    return this.#inspector.call('Runtime.evaluate', this.#evaluation(expression), withinMs);
  }
}
