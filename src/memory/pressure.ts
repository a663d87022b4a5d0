import type { Milliseconds } from '../kernel/units.ts';
import type { MemoryLevel } from './types.ts';

export const levels: readonly MemoryLevel[] = ['normal', 'info', 'warning', 'critical'];

/** Shares of the tightest limit, 0 to 1, at which a level begins. */
export interface PressureThresholds {
  /** Default 0.7. */
  readonly info: number;
  /** Default 0.8. */
  readonly warning: number;
  /** Default 0.9. */
  readonly critical: number;
}

export interface PressureRules {
  readonly thresholds: PressureThresholds;
  /** How far below its threshold the share must fall before a level ends. */
  readonly hysteresis: number;
  /** A level that ended and begins again within this time is not told again. */
  readonly cooldownMs: Milliseconds;
}

export interface LevelStep {
  readonly from: MemoryLevel;
  readonly to: MemoryLevel;
  /** The level is told too soon after it was told before: listeners are spared. */
  readonly quiet: boolean;
}

const rank = (level: MemoryLevel): number => levels.indexOf(level);

/** Turns shares into levels. A level begins at its threshold at once and ends only clearly below it; one that flaps is told once per cooldown. */
export class PressureGauge {
  readonly #rules: PressureRules;
  readonly #toldAt: Map<MemoryLevel, Milliseconds> = new Map();
  #level: MemoryLevel = 'normal';
  /** The level that listeners believe in. */
  #told: MemoryLevel = 'normal';

  constructor(rules: PressureRules) {
    this.#rules = rules;
  }

  get level(): MemoryLevel {
    return this.#level;
  }

  /** The change that a share brings at a time (of any clock that does not go back); `null` when the level stays. */
  update(share: number, nowMs: Milliseconds): LevelStep | null {
    if (Number.isNaN(share)) return null;
    const from = this.#level;
    const up = this.#levelOf(share);
    const down = this.#levelOf(share + this.#rules.hysteresis);
    if (rank(up) > rank(from)) this.#level = up;
    else if (rank(down) < rank(from)) this.#level = down;
    return this.#level === from ? null : { from, to: this.#level, quiet: !this.#tell(this.#level, nowMs) };
  }

  #levelOf(share: number): MemoryLevel {
    const { info, warning, critical } = this.#rules.thresholds;
    if (share >= critical) return 'critical';
    if (share >= warning) return 'warning';
    return share >= info ? 'info' : 'normal';
  }

  /** Whether listeners are to hear of it: not when they believe in it already, nor of a rise that they heard of a moment ago. */
  #tell(level: MemoryLevel, nowMs: Milliseconds): boolean {
    const before = this.#toldAt.get(level);
    const rises = rank(level) > rank(this.#told);
    if (level === this.#told || (rises && before !== undefined && nowMs - before < this.#rules.cooldownMs)) return false;
    if (rises) this.#toldAt.set(level, nowMs);
    this.#told = level;
    return true;
  }
}
