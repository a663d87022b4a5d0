import { describe, expect, it } from 'vitest';
import { ManualClock, ResourceRegistry, defineKind } from '../../src/core/index.ts';
import { Deadlines } from '../../src/core/deadlines.ts';
import { Slots } from '../../src/kernel/slots.ts';

/** As the system's clock is: time is remembered, and deadlines may be a little late. */
class CoarseManualClock extends ManualClock {
  override readonly exact: boolean = false;
}

function noted() {
  const clock = new CoarseManualClock();
  const slots = new Slots(2 ** 18);
  const set: number[] = [];
  return { clock, slots, set, deadlines: new Deadlines(clock, slots, (slot) => void set.push(slot)) };
}

describe('deadlines of releases that are young', () => {
  it('are set after 20 ms for what still runs, and nothing wakes without need', () => {
    const { clock, slots, set, deadlines } = noted();
    const [ended, runs] = [slots.take(), slots.take()];
    expect([ended, runs].map((slot) => deadlines.note(slot, 5_000))).toEqual([true, true]);
    slots.give(ended);
    clock.advance(19);
    expect(set).toEqual([]);
    clock.advance(1);
    expect(set).toEqual([runs]);
    clock.advance(1_000);
    expect(set).toEqual([runs]);
  });

  it('are set at once when they are short, and on an exact clock', () => {
    const { slots, deadlines } = noted();
    expect(deadlines.note(slots.take(), 99)).toBe(false);
    expect(new Deadlines(new ManualClock(), slots, () => {}).note(slots.take(), 5_000)).toBe(false);
  });

  it('take no room for what has ended, and are set at once when too many run', () => {
    const { clock, slots, set, deadlines } = noted();
    const standing = slots.take();
    deadlines.note(standing, 5_000);
    let refused = 0;
    for (let count = 0; count < 1_000_000; count += 1) {
      const slot = slots.take();
      if (!deadlines.note(slot, 5_000)) refused += 1;
      slots.give(slot);
    }
    expect(refused).toBe(0);
    let taken = 1;
    while (deadlines.note(slots.take(), 5_000)) taken += 1;
    expect(taken).toBe(2 ** 16);
    clock.advance(20);
    expect(set.length).toBe(taken);
    expect(set[0]).toBe(standing);
  });

  it('let a release that hangs time out, never early', async () => {
    const clock = new CoarseManualClock();
    const registry = new ResourceRegistry({ clock });
    const kind = defineKind<string>({ type: 'custom', release: () => new Promise(() => {}), releaseTimeoutMs: 5_000 });
    const own = registry.scope();
    const guard = own.adopt('hangs', kind);
    const closing = own.close();
    clock.advance(4_999);
    expect(guard.state).toBe('releasing');
    clock.advance(100);
    expect(guard.state).toBe('timed-out');
    expect(await closing).toMatchObject({ ok: false, released: 0, problems: [{ result: 'timed-out' }] });
    await registry.shutdown({ graceMs: 1 });
  });
});
