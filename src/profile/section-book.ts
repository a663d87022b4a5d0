import type { Clock } from '../kernel/clock/index.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Mark, Meter, Peaks } from './meter.ts';
import type { OpenSection, SectionHost } from './section-host.ts';
import type { SectionReport } from './section-report.ts';
import type { SectionSummary } from './section-totals.ts';
import { SectionTotals } from './section-totals.ts';

/** Sections that are open at once; beyond, the oldest is ended as abandoned. */
const mostOpen = 10_000;
/** Of those that are open already, so many are looked at for names of what ran beside a new one. */
const mostCompared = 32;

export interface SectionBookOptions {
  readonly meter: Meter;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly mostReports: number;
}

/** The sections that are open, and what became of those that ended. */
export class SectionBook implements SectionHost {
  readonly clock: Clock;
  readonly #meter: Meter;
  readonly #options: SectionBookOptions;
  readonly #open: Set<OpenSection> = new Set();
  readonly #totals: SectionTotals = new SectionTotals();
  #reports: SectionReport[] = [];

  constructor(options: SectionBookOptions) {
    this.clock = options.clock;
    this.#options = options;
    this.#meter = options.meter;
  }

  get openCount(): number {
    return this.#open.size;
  }

  /** The last that ended, oldest first. */
  get reports(): readonly SectionReport[] {
    return [...this.#reports];
  }

  get summaries(): readonly SectionSummary[] {
    return this.#totals.list();
  }

  clear(): void {
    this.#reports = [];
    this.#totals.clear();
  }

  opened(section: OpenSection): Mark {
    const [oldest] = this.#open;
    if (oldest !== undefined && this.#open.size >= mostOpen) oldest.end('abandoned');
    this.#compare(section);
    this.#open.add(section);
    return this.#meter.begin('often');
  }

  closed(section: OpenSection, from: Mark): { readonly mark: Mark; readonly peaks: Peaks } {
    const seen = this.#meter.now(from);
    this.#meter.end(from);
    this.#open.delete(section);
    return seen;
  }

  ended(report: SectionReport, onEnd: ((report: SectionReport) => void) | undefined): void {
    this.#reports.push(report);
    if (this.#reports.length > this.#options.mostReports) this.#reports.shift();
    this.#totals.add(report);
    try {
      onEnd?.(report);
    } catch (error) {
      this.#options.logger.error({ err: error }, `watertight: \`onEnd\` of section "${report.name}" failed`);
    }
  }

  #compare(section: OpenSection): void {
    let compared = 0;
    for (const other of this.#open) {
      if ((compared += 1) > mostCompared) return;
      if (section.isWithin(other)) continue;
      section.ranBeside(other);
      other.ranBeside(section);
    }
  }
}
