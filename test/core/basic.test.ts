import { describe, expect, it } from 'vitest';
import { ResourceRegistry, defineKind, scope } from '../../src/core/index.ts';

const kind = defineKind<{ closed: number }>({ type: 'custom:thing', release: (thing) => void thing.closed++ });

describe('the basic path', () => {
  it('tracks and untracks', () => {
    const registry = new ResourceRegistry();
    const id = registry.track({ closed: 0 }, kind);
    expect(registry.count()).toBe(1);
    expect(registry.get(id)?.type).toBe('custom:thing');
    expect(registry.untrack(id)).toBe(true);
    expect(registry.untrack(id)).toBe(false);
    expect(registry.count()).toBe(0);
  });

  it('releases through a guard, once, with one outcome', () => {
    const registry = new ResourceRegistry();
    const thing = { closed: 0 };
    const guard = registry.register(thing, kind, { name: 'one' });
    expect(guard.value).toBe(thing);
    const outcome = guard.release();
    expect(outcome).toMatchObject({ name: 'one', result: 'released', attempts: 1, reason: 'closed' });
    expect(guard.release()).toBe(outcome);
    expect(thing.closed).toBe(1);
    expect(() => guard.value).toThrow(/WT_RELEASED/);
  });

  it('closes a scope in reverse order, synchronously when all is synchronous', () => {
    const order: number[] = [];
    const own = scope();
    for (const n of [1, 2, 3]) own.defer(() => void order.push(n));
    const report = own.close();
    expect(report).toMatchObject({ ok: true, released: 3 });
    expect(own.close()).toBe(report);
    expect(order).toEqual([3, 2, 1]);
  });

  it('closes asynchronous members one after the other', async () => {
    const order: string[] = [];
    const own = scope();
    for (const n of [1, 2])
      own.defer(async () => {
        order.push(`begin ${n}`);
        await Promise.resolve();
        order.push(`end ${n}`);
      });
    await expect(own.close()).resolves.toMatchObject({ ok: true, released: 2 });
    expect(order).toEqual(['begin 2', 'end 2', 'begin 1', 'end 1']);
  });

  it('shuts a registry down', async () => {
    const registry = new ResourceRegistry();
    const thing = { closed: 0 };
    registry.register(thing, kind);
    registry.scope().adopt(thing, kind);
    expect(await registry.shutdown()).toMatchObject({ ok: true, released: 2 });
    expect(thing.closed).toBe(2);
    expect(registry.count()).toBe(0);
  });
});
