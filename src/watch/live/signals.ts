import type { Clock } from '../../kernel/clock/index.ts';
import { GroupProbe } from './group-probe.ts';

type Forwarded = 'SIGTERM' | 'SIGHUP';

/** How long a signal to the whole group takes to show at the companion. */
const probeMs = 60;

export interface SignalTarget {
  readonly running: boolean;
  kill(signal: NodeJS.Signals): void;
}

/**
 * How the supervisor meets signals while the program runs: those of the terminal (SIGINT, SIGQUIT) reach the program by
 * themselves and are ignored here; SIGTERM and SIGHUP are forwarded when they were sent to the supervisor alone.
 */
export class SignalRelay {
  readonly #clock: Clock;
  readonly #target: SignalTarget;
  readonly #listeners = new Map<NodeJS.Signals, () => void>();
  #probe = new GroupProbe();

  constructor(clock: Clock, target: SignalTarget) {
    this.#clock = clock;
    this.#target = target;
  }

  /** Processes of ours that are none of the program's. */
  get companion(): number | undefined {
    return this.#probe.pid;
  }

  install(): void {
    for (const name of ['SIGINT', 'SIGQUIT'] as const) this.#on(name, () => undefined);
    for (const name of ['SIGTERM', 'SIGHUP'] as const) this.#on(name, () => this.#received(name));
    this.#probe.start();
  }

  remove(): void {
    for (const [name, listener] of this.#listeners) process.removeListener(name, listener);
    this.#listeners.clear();
    this.#probe.stop();
  }

  #on(name: NodeJS.Signals, listener: () => void): void {
    try {
      process.on(name, listener);
      this.#listeners.set(name, listener);
    } catch {
      // This system does not know the signal.
    }
  }

  #received(name: Forwarded): void {
    // The companion of this moment is asked: two signals close together share it.
    const probe = this.#probe;
    this.#clock.schedule(probeMs, () => this.#decide(name, probe), { ref: true });
  }

  #decide(name: Forwarded, probe: GroupProbe): void {
    const alone = probe.alive || probe.pid === undefined;
    if (!probe.alive && probe === this.#probe) this.#renew();
    if (alone && this.#target.running) this.#target.kill(name);
  }

  #renew(): void {
    this.#probe.stop();
    this.#probe = new GroupProbe();
    this.#probe.start();
  }
}
