import { describe, expect, it } from 'vitest';
import type { ShutdownPlan } from '../../src/core/shutdown-options.ts';
import { planOf } from '../../src/core/shutdown-options.ts';
import { closeTargets, heldBy } from '../../src/core/shutdown-run.ts';
import type { ShutdownTarget } from '../../src/core/shutdown-target.ts';
import type { CloseReport } from '../../src/core/words.ts';
import { ManualClock } from '../../src/kernel/clock/index.ts';

const well: CloseReport = { ok: true, released: 2, durationMs: 0, problems: [] };

function target(name: string, shutdown: ShutdownTarget['shutdown']): ShutdownTarget {
  return { name, shutdown, releaseAllSync() {} };
}

function plan(options: Partial<ShutdownPlan>): ShutdownPlan {
  return { ...planOf({}, () => []), ...options };
}

describe('closing the targets', () => {
  it('runs the hooks first, each target once, all within the longest grace time', async () => {
    const clock = new ManualClock();
    const seen: string[] = [];
    const one = target('one', async (options) => {
      seen.push(`one ${options?.graceMs}`);
      return well;
    });
    const plans = [
      plan({ targets: [one], graceMs: 100, onStart: (cause) => void seen.push(`first ${cause}`) }),
      plan({
        targets: [one, target('two', async () => well)],
        graceMs: 1_000,
        onStart: () => new Promise((resolve) => void clock.schedule(300, resolve)),
      }),
    ];
    const closing = closeTargets(clock, plans, 'SIGTERM');
    await clock.advanceAsync(300);
    expect(await closing).toEqual({ ok: true, released: 4, durationMs: 300, problems: [], cause: 'SIGTERM', unfinished: [] });
    expect(seen).toEqual(['first SIGTERM', 'one 700']);
    expect(clock.pending()).toBe(0);
  });

  it('names a hook and targets that fail or do not answer, and waits for none of them longer', async () => {
    const clock = new ManualClock();
    const targets = [
      target('broken', () => Promise.reject(new Error('cannot'))),
      target('thrower', () => {
        throw new Error('at once');
      }),
      target('deaf', () => new Promise<never>(() => {})),
      target('fine', async () => ({ ...well, ok: false })),
    ];
    const closing = closeTargets(
      clock,
      [plan({ targets, graceMs: 500, onStart: () => Promise.reject(new Error('hook')) })],
      'requested',
    );
    await clock.advanceAsync(1_000);
    const report = await closing;
    expect(report.ok).toBe(false);
    expect(report.released).toBe(2);
    expect(report.unfinished).toEqual([
      '`onStart` failed: hook',
      '"broken" failed: cannot',
      '"thrower" failed: at once',
      '"deaf" did not finish within 700 ms',
    ]);
    expect(clock.pending()).toBe(0);
  });

  it('tells what is still held, twenty lines at most', () => {
    const rows = Array.from({ length: 23 }, (_, index) => ({
      type: 'socket' as const,
      name: index === 0 ? 'first' : null,
      createdAt: index === 0 ? 'app.js:1:2' : null,
      state: index === 1 ? ('released' as const) : ('live' as const),
    }));
    const lines = heldBy([{ ...target('registry', async () => well), list: () => rows }]);
    expect(lines.length).toBe(21);
    expect([lines[0], lines[1], lines[20]]).toEqual(['socket "first" registered at app.js:1:2', 'socket', 'and 2 more']);
  });
});
