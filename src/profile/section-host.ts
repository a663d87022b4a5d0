import type { Clock } from '../kernel/clock/index.ts';
import type { Mark, Peaks } from './meter.ts';
import type { SectionReport } from './section-report.ts';

/** What the host of sections knows of one that is open. */
export interface OpenSection {
  readonly name: string;
  /** Whether the other is this one or around it. */
  isWithin(other: OpenSection): boolean;
  /** Both were open at the same time. */
  ranBeside(other: OpenSection): void;
  end(outcome: SectionReport['outcome']): SectionReport;
}

/** Who measures, and keeps what became of the sections. */
export interface SectionHost {
  readonly clock: Clock;
  opened(section: OpenSection): Mark;
  closed(section: OpenSection, from: Mark): { readonly mark: Mark; readonly peaks: Peaks };
  ended(report: SectionReport, onEnd: ((report: SectionReport) => void) | undefined): void;
}
