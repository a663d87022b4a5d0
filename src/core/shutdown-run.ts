import type { Clock } from '../kernel/clock/index.ts';
import { briefOf } from '../kernel/brief.ts';
import type { Milliseconds } from '../kernel/units.ts';
import type { ShutdownCause, ShutdownPlan, ShutdownReport } from './shutdown-options.ts';
import type { ShutdownTarget } from './shutdown-target.ts';
import type { CloseReport, ReleaseOutcome } from './words.ts';

/** A target keeps its grace time itself; one that does not is given up this much later. */
const marginMs: Milliseconds = 200;

interface Answer {
  readonly report?: CloseReport;
  readonly trouble?: string;
}

/** Every target once, however many plans name it; those that others may need come last. */
export function targetsOf(plans: Iterable<ShutdownPlan>): readonly ShutdownTarget[] {
  const targets = [...new Set([...plans].flatMap((plan) => plan.targets))];
  return targets.sort((one, other) => Number(one.last === true) - Number(other.last === true));
}

const shownAtMost = 20;

/** What the targets still hold, a line each. */
export function heldBy(targets: readonly ShutdownTarget[]): readonly string[] {
  const rows = targets
    .flatMap((target) => [...(target.list?.() ?? [])])
    .filter(({ state }) => state !== 'released' && state !== 'detached');
  const shown = rows.slice(0, shownAtMost).map(({ type, name, createdAt }) => {
    return `${type}${name === null ? '' : ` "${name}"`}${createdAt === null ? '' : ` registered at ${createdAt}`}`;
  });
  return rows.length > shownAtMost ? [...shown, `and ${rows.length - shownAtMost} more`] : shown;
}

/** Runs the `onStart` hooks, then shuts all targets down at the same time, all within the longest grace time. Never rejects. */
export async function closeTargets(clock: Clock, plans: readonly ShutdownPlan[], cause: ShutdownCause): Promise<ShutdownReport> {
  const startedMs = clock.monotonic();
  const graceMs = Math.max(0, ...plans.map((plan) => plan.graceMs));
  const left = (): Milliseconds => Math.max(0, graceMs - (clock.monotonic() - startedMs));
  const hooks = await Promise.all(plans.map((plan) => startHook(clock, plan, cause, left())));
  const answers = await Promise.all(targetsOf(plans).map((target) => closeOne(clock, target, left())));
  const all = [...hooks, ...answers];
  const problems: ReleaseOutcome[] = all.flatMap((answer) => answer.report?.problems ?? []);
  const unfinished = all.flatMap((answer) => answer.trouble ?? []);
  const released = all.reduce((sum, answer) => sum + (answer.report?.released ?? 0), 0);
  const ok = unfinished.length === 0 && all.every((answer) => answer.report?.ok !== false);
  return { ok, released, durationMs: clock.monotonic() - startedMs, problems, cause, unfinished };
}

async function startHook(clock: Clock, plan: ShutdownPlan, cause: ShutdownCause, graceMs: Milliseconds): Promise<Answer> {
  const { onStart } = plan;
  if (onStart === undefined) return {};
  return answerWithin(clock, graceMs, '`onStart`', async () => {
    await onStart(cause);
    return {};
  });
}

function closeOne(clock: Clock, target: ShutdownTarget, graceMs: Milliseconds): Promise<Answer> {
  return answerWithin(clock, graceMs + marginMs, `"${target.name}"`, async () => ({
    report: await target.shutdown({ graceMs, reason: 'shutdown' }),
  }));
}

async function answerWithin(clock: Clock, ms: Milliseconds, what: string, ask: () => Promise<Answer>): Promise<Answer> {
  let timer = { cancel(): void {} };
  const late = new Promise<Answer>((resolve) => {
    timer = clock.schedule(ms, () => resolve({ trouble: `${what} did not finish within ${Math.round(ms)} ms` }), { ref: true });
  });
  try {
    return await Promise.race([ask(), late]);
  } catch (error) {
    return { trouble: `${what} failed: ${briefOf(error).message}` };
  } finally {
    timer.cancel();
  }
}
