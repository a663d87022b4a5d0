import { systemClock } from '../../kernel/clock/index.ts';
import type { Clock } from '../../kernel/clock/index.ts';
import type { DetectedLeak } from '../../kernel/leak-watch.ts';
import type { Logger } from '../../kernel/logger.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { aBoolean, aFunction, aName, bytes, checkOptions, having, oneOf, wholeNumber } from '../../kernel/options.ts';
import type { Rule, Rules } from '../../kernel/options.ts';
import type { Bytes, Milliseconds } from '../../kernel/units.ts';
import type { SeverityBytes } from './severity.ts';
import { severityBytes, severityRule } from './severity.ts';

/** Options of a `LeakDetector`. */
export interface LeakDetectorOptions {
  /** What V8 holds for long is read ten times within this time; when the least of ten readings is above all before, allocations are sampled. 1 000 to 1 day. Default 60 000. */
  readonly intervalMs?: Milliseconds;
  /** A leak that keeps less than this (an estimate by samples) is not told. Default 1 048 576; 0 tells all. */
  readonly leakThresholdBytes?: Bytes;
  /** From how much growth on a leak is medium, high, critical. Default 50, 100, 200 MB. */
  readonly severityBytes?: Partial<SeverityBytes>;
  /** False: allocations are never sampled, so no line is named. Default true. */
  readonly sampling?: boolean;
  /** Mean of allocated bytes between two samples: 1 024 to 16 MB. Default 65 536. */
  readonly sampleBytes?: Bytes;
  /** Least time between two polls of a window, each a full collection: 100 ms or more. Default 2 000. */
  readonly pollMs?: Milliseconds;
  /** No poll that is expected to stop the thread for longer: 0.8 ms per MB of small objects. Default 200; 0: none at all. */
  readonly maxPauseMs?: Milliseconds;
  /** Share of the time that polls may take, above 0, at most 1. Beyond it, measured over 10 minutes at least, the detector switches itself off. Default 0.01. */
  readonly maxCostShare?: number;
  /** Where samples are analysed: in a worker thread that is started on suspicion, or in the thread itself. Default `worker`. */
  readonly analysis?: 'worker' | 'inline';
  /** The worker's script, where a bundler has moved it. Default: `WATERTIGHT_JUDGE_WORKER`, else the file in this package. */
  readonly workerFile?: string;
  /** Told of each leak once when it is suspected, proven, ended. What it throws is logged. */
  readonly onLeak?: (leak: DetectedLeak) => void;
  /** Warns of leaks and of switching itself off. Default: says nothing. */
  readonly logger?: Logger;
  /** Default: the system's. */
  readonly clock?: Clock;
}

/** The options with all defaults filled in. */
export interface DetectorSettings extends Required<Omit<LeakDetectorOptions, 'severityBytes' | 'workerFile'>> {
  readonly severityBytes: SeverityBytes;
  readonly workerFile: string | undefined;
}

const where = 'LeakDetector';

function number(expected: string, accepts: (value: number) => boolean): Rule {
  return { expected, accepts: (value) => typeof value === 'number' && accepts(value) };
}

const rules: Rules = {
  intervalMs: number('a number of milliseconds from 1 000 to 86 400 000', (value) => value >= 1_000 && value <= 86_400_000),
  leakThresholdBytes: bytes,
  severityBytes: severityRule,
  sampling: aBoolean,
  sampleBytes: wholeNumber(1_024, 16 * 1024 ** 2),
  pollMs: number('a number of milliseconds, 100 or more', (value) => value >= 100),
  maxPauseMs: number('a number of milliseconds, 0 or more', (value) => value >= 0),
  maxCostShare: number('a number above 0, at most 1', (value) => value > 0 && value <= 1),
  analysis: oneOf('worker', 'inline'),
  workerFile: aName,
  onLeak: aFunction,
  logger: having('debug', 'info', 'warn', 'error'),
  clock: having('now', 'monotonic', 'schedule'),
};

/** Throws WT_INVALID_OPTION. */
export function detectorSettings(options: LeakDetectorOptions = {}): DetectorSettings {
  checkOptions(where, options, rules);
  return Object.freeze({
    intervalMs: options.intervalMs ?? 60_000,
    leakThresholdBytes: options.leakThresholdBytes ?? 1024 ** 2,
    severityBytes: severityBytes(where, options.severityBytes),
    sampling: options.sampling ?? true,
    sampleBytes: options.sampleBytes ?? 65_536,
    pollMs: options.pollMs ?? 2_000,
    maxPauseMs: options.maxPauseMs ?? 200,
    maxCostShare: options.maxCostShare ?? 0.01,
    analysis: options.analysis ?? 'worker',
    workerFile: options.workerFile,
    onLeak: options.onLeak ?? (() => undefined),
    logger: options.logger ?? silentLogger,
    clock: options.clock ?? systemClock,
  });
}
