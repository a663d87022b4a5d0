import { describe, expect, test } from 'vitest';
import { ManualClock, ResourceRegistry } from '../../src/core/index.ts';
import { cron } from '../../src/schedule/cron.ts';
import { CleanupScheduler } from '../../src/schedule/index.ts';

const hour = 3_600_000;
const berlin = { timeZone: 'Europe/Berlin' };
const time = (text: string): number => Date.parse(text);

function made(start: string) {
  const clock = new ManualClock({ startMs: time(start) });
  const scheduler = new CleanupScheduler({ clock, registry: new ResourceRegistry({ clock }) });
  const ranAt: string[] = [];
  const task = (): void => void ranAt.push(new Date(clock.now()).toISOString());
  return { clock, scheduler, ranAt, task };
}

describe('cron', () => {
  test('runs when the pattern says, in its time zone', async () => {
    const { clock, scheduler, ranAt, task } = made('2026-06-01T00:00:00Z');
    scheduler.schedule('nightly', task, cron('0 3 * * *', berlin));
    await clock.advanceAsync(48 * hour);
    expect(ranAt).toEqual(['2026-06-01T01:00:00.000Z', '2026-06-02T01:00:00.000Z']);
    await scheduler.stop();
  });

  test('runs once on the day that has the hour twice, and once on the day that lacks it', async () => {
    const autumn = made('2026-10-24T12:00:00Z');
    autumn.scheduler.schedule('half past two', autumn.task, cron('30 2 * * *', berlin));
    await autumn.clock.advanceAsync(24 * hour);
    expect(autumn.ranAt).toEqual(['2026-10-25T00:30:00.000Z']);
    const spring = made('2026-03-28T12:00:00Z');
    spring.scheduler.schedule('half past two', spring.task, cron('30 2 * * *', berlin));
    await spring.clock.advanceAsync(24 * hour);
    expect(spring.ranAt).toHaveLength(1);
    await Promise.all([autumn.scheduler.stop(), spring.scheduler.stop()]);
  });

  test('does not run again when the clock is set back a little, and goes by the new time when it was far off', async () => {
    const { clock, scheduler, ranAt, task } = made('2026-06-01T02:59:00Z');
    scheduler.schedule('three', task, cron('0 3 * * *', { timeZone: 'UTC' }));
    await clock.advanceAsync(2 * 60_000);
    clock.jump(-hour);
    await clock.advanceAsync(2 * hour);
    expect(ranAt).toHaveLength(1);
    clock.jump(-365 * 24 * hour);
    await clock.advanceAsync(24 * hour);
    expect(ranAt).toHaveLength(2);
    await scheduler.stop();
  });

  test('makes up once for what it missed while the machine slept', async () => {
    const { clock, scheduler, ranAt, task } = made('2026-06-01T00:00:00Z');
    scheduler.schedule('hourly', task, cron('0 * * * *', { timeZone: 'UTC' }));
    clock.jump(10.5 * hour);
    await clock.advanceAsync(60_000);
    expect(ranAt).toHaveLength(1);
    await clock.advanceAsync(30 * 60_000);
    expect(ranAt).toHaveLength(2);
    await scheduler.stop();
  });

  test('a pattern that has no further run ends the task', async () => {
    const { clock, scheduler, ranAt, task } = made('2026-06-01T00:00:00Z');
    scheduler.schedule('once', task, cron('2026-06-01T05:00:00Z'));
    await clock.advanceAsync(24 * hour);
    expect(ranAt).toEqual(['2026-06-01T05:00:00.000Z']);
    expect(scheduler.getStatus().tasks).toEqual([]);
  });

  test.each([
    ['a pattern with a minute of 99', () => cron('99 * * * *')],
    ['an unknown time zone', () => cron('* * * * *', { timeZone: 'Mars/Olympus' })],
    ['no string', () => cron(5 as never)],
    ['an unknown key', () => cron('* * * * *', { timezone: 'UTC' } as never)],
  ])('%s is refused', (_what, call) => {
    expect(call).toThrow(expect.objectContaining({ code: 'WT_INVALID_OPTION' }));
  });
});
