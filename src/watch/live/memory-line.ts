import type { Clock } from '../../kernel/clock/index.ts';
import { PressureGauge } from '../../memory/pressure.ts';
import { judgeThread } from '../assemble/judge.ts';
import { leadProcess } from '../assemble/process-group.ts';
import type { WatchedProcess } from '../assemble/process-group.ts';
import type { RunData } from '../assemble/run-data.ts';
import { formatBytes, formatDuration } from '../../kernel/format.ts';

const rules = { thresholds: { info: 0.7, warning: 0.8, critical: 0.9 }, hysteresis: 0.05, cooldownMs: 60_000 };

interface Use {
  readonly text: string;
  readonly share: number;
}

function uses(
  process: WatchedProcess,
  container: { readonly usedBytes: number; readonly limitBytes: number } | null,
): readonly Use[] {
  const sample = process.main.samples.last;
  const heapLimit = process.main.heapLimitBytes;
  const found: Use[] = [];
  if (sample && heapLimit > 0) {
    found.push({ share: sample[3] / heapLimit, text: `heap ${amount(sample[3], heapLimit)} (heap limit)` });
  }
  if (container) {
    const share = container.usedBytes / container.limitBytes;
    found.push({ share, text: `memory ${amount(container.usedBytes, container.limitBytes)} (container)` });
  }
  return found.sort((a, b) => b.share - a.share);
}

/** `410 of 512 MB`: the unit once where it is the same. */
function amount(used: number, limit: number): string {
  const [a, b] = [formatBytes(used), formatBytes(limit)];
  const unit = b.slice(b.indexOf(' '));
  return a.endsWith(unit) ? `${a.slice(0, -unit.length)} of ${b}` : `${a} of ${b}`;
}

/** Warns when the tightest limit comes near: once per level, at 80 and 90 %. */
export class MemoryLine {
  readonly #gauge = new PressureGauge(rules);
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  poll(data: RunData, processes: readonly WatchedProcess[], container: Parameters<typeof uses>[1]): string | undefined {
    const lead = leadProcess(processes);
    const use = lead === undefined ? undefined : uses(lead, container)[0];
    if (lead === undefined || use === undefined) return undefined;
    const step = this.#gauge.update(use.share, this.#clock.monotonic());
    if (step === null || step.quiet || (step.to !== 'warning' && step.to !== 'critical') || step.from === 'critical')
      return undefined;
    const { growth } = judgeThread(data, lead, lead.main);
    const when = growth.reachedInMs === null ? '' : `, limit in about ${formatDuration(growth.reachedInMs)} at this rate`;
    return `memory ${step.to}: ${use.text}${when}`;
  }
}
