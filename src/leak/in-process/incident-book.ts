import type { DetectedLeak, LeakReport } from '../../kernel/leak-watch.ts';
import type { Milliseconds } from '../../kernel/units.ts';
import { bySeverity } from './severity.ts';

const mostKept = 100;

/** What is known of a leak at one look; when it was detected and whether it ended the book knows. */
export type Seen = Omit<DetectedLeak, 'detectedAtMs' | 'closed'>;

/** Leaks over time: each opens once, is renewed while it is seen, rises from suspect to leak and not back, and ends with a reason. */
export class IncidentBook {
  #open: Map<string, DetectedLeak> = new Map();
  #ended: DetectedLeak[] = [];

  get report(): LeakReport {
    const open = [...this.#open.values()].sort(bySeverity);
    return {
      leakCount: open.filter(({ level }) => level === 'leak').length,
      detectedLeaks: [...open, ...this.#ended.toReversed()].slice(0, mostKept),
    };
  }

  isOpen(id: string): boolean {
    return this.#open.has(id);
  }

  get openIds(): readonly string[] {
    return [...this.#open.keys()];
  }

  /** Answers with the leak where it is news: opened, or proven now. */
  see(seen: Seen, atMs: Milliseconds): DetectedLeak | null {
    const known = this.#open.get(seen.id);
    const level = known?.level === 'leak' ? 'leak' : seen.level;
    const leak: DetectedLeak = Object.freeze({ ...seen, level, detectedAtMs: known?.detectedAtMs ?? atMs, closed: null });
    if (known === undefined && this.#open.size >= mostKept) return null;
    this.#open.set(seen.id, leak);
    return known === undefined || known.level !== level ? leak : null;
  }

  /** Answers with the leak that ended; `null` where there was none. */
  end(id: string, atMs: Milliseconds, why: string): DetectedLeak | null {
    const known = this.#open.get(id);
    if (known === undefined) return null;
    this.#open.delete(id);
    const ended: DetectedLeak = Object.freeze({ ...known, closed: { atMs, why } });
    this.#ended = [...this.#ended, ended].slice(-mostKept);
    return ended;
  }
}
