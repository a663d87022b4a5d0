import { collectGarbage } from '../memory/index.ts';
import type { Bytes, Milliseconds } from '../kernel/units.ts';
import type { Mark } from './meter.ts';
import type { OpenSection, SectionHost } from './section-host.ts';
import type { OwnUse, SectionReport } from './section-report.ts';
import { sectionReport } from './section-report.ts';

const mostOverlapped = 10;
const nothing: OwnUse = { allocatedBytes: 0, heapUsedBytes: 0, durationMs: 0 };

export interface SectionStart {
  readonly host: SectionHost;
  readonly name: string;
  readonly parent: SectionState | null;
  readonly collect: boolean;
  readonly onEnd: ((report: SectionReport) => void) | undefined;
}

function liveBytes(): Bytes {
  const { heapUsedBytes, externalBytes } = collectGarbage();
  return heapUsedBytes + externalBytes;
}

/** What is known of one section from its beginning to its end. */
export class SectionState implements OpenSection {
  readonly host: SectionHost;
  readonly name: string;
  readonly path: readonly string[];
  readonly parent: SectionState | null;
  readonly #onEnd: SectionStart['onEnd'];
  readonly #startedAtMs: Milliseconds;
  readonly #startMs: Milliseconds;
  readonly #liveBefore: Bytes | null;
  readonly #from: Mark;
  readonly #overlapped: Set<string> = new Set();
  /** What the sections inside this one used; `null` once that cannot be added up any more. */
  #inner: OwnUse | null = nothing;
  #openInside = 0;
  #report: SectionReport | null = null;

  /** Begins. */
  constructor({ host, name, parent, collect, onEnd }: SectionStart) {
    this.host = host;
    this.name = name;
    this.parent = parent;
    this.path = Object.freeze([...(parent?.path ?? []), name]);
    this.#onEnd = onEnd;
    this.#liveBefore = collect ? liveBytes() : null;
    this.#startedAtMs = host.clock.now();
    this.#startMs = host.clock.monotonic();
    parent?.innerOpened();
    this.#from = host.opened(this);
  }

  get report(): SectionReport | null {
    return this.#report;
  }

  elapsedMs(): Milliseconds {
    return this.host.clock.monotonic() - this.#startMs;
  }

  isWithin(other: OpenSection): boolean {
    return this === other || (this.parent?.isWithin(other) ?? false);
  }

  ranBeside(other: OpenSection): void {
    if (this.#overlapped.size < mostOverlapped) this.#overlapped.add(other.name);
  }

  end(outcome: SectionReport['outcome']): SectionReport {
    if (this.#report !== null) return this.#report;
    const { mark, peaks } = this.host.closed(this, this.#from);
    const report = sectionReport({
      name: this.name,
      path: this.path,
      startedAtMs: this.#startedAtMs,
      durationMs: this.elapsedMs(),
      from: this.#from,
      to: mark,
      peaks,
      retainedBytes: this.#liveBefore === null ? null : liveBytes() - this.#liveBefore,
      inner: this.#openInside === 0 ? this.#inner : null,
      overlapped: Object.freeze([...this.#overlapped]),
      outcome,
    });
    this.#report = report;
    this.parent?.innerClosed(report);
    this.host.ended(report, this.#onEnd);
    return report;
  }

  /** For a section inside this one. */
  innerOpened(): void {
    this.#openInside += 1;
    if (this.#openInside > 1) this.#inner = null;
  }

  /** For a section inside this one. */
  innerClosed(report: SectionReport): void {
    this.#openInside -= 1;
    if (this.#inner === null) return;
    this.#inner = {
      allocatedBytes: this.#inner.allocatedBytes + report.allocatedBytes,
      heapUsedBytes: this.#inner.heapUsedBytes + report.change.heapUsedBytes,
      durationMs: this.#inner.durationMs + report.durationMs,
    };
  }
}
