import { describe, expect, expectTypeOf, it } from 'vitest';
import { ResourceRegistry, defineKind, scope } from '../../src/core/index.ts';
import type {
  AsyncResourceGuard,
  CloseReport,
  MaybePromise,
  ReleaseOutcome,
  ResourceGuard,
  ResourceId,
  ResourceKind,
  Scope,
  SyncResourceGuard,
  SyncResourceKind,
} from '../../src/core/index.ts';

class File {
  close(): void {}
}

describe('the types', () => {
  it('give Symbol.dispose to guards of kinds with releaseSync, and to no others', () => {
    const registry = new ResourceRegistry();
    const sync = defineKind<File>({ type: 'file', releaseSync: (file) => file.close() });
    const async = defineKind<File>({ type: 'file', release: (file) => file.close() });
    expectTypeOf(sync).toEqualTypeOf<SyncResourceKind<File>>();
    expectTypeOf(async).toEqualTypeOf<ResourceKind<File>>();
    const both = registry.register(new File(), sync);
    const one = registry.register(new File(), async);
    expectTypeOf(both).toEqualTypeOf<SyncResourceGuard<File>>();
    expectTypeOf(one).toEqualTypeOf<ResourceGuard<File>>();
    expectTypeOf(both).toExtend<Disposable>();
    expectTypeOf(one).not.toExtend<Disposable>();
    expectTypeOf(one).toExtend<AsyncDisposable>();
    expectTypeOf(
      registry.register(new File(), { type: 'file', releaseSync: (file: File) => file.close() }),
    ).toExtend<Disposable>();
    expect(Symbol.dispose in one).toBe(false);
    void registry.forceCleanupAll();
  });

  it('keep the value of a guard, the result of use and of run', async () => {
    const own = scope();
    const guard = own.adopt(new File(), (file) => file.close());
    expectTypeOf(guard.value).toEqualTypeOf<File>();
    expectTypeOf(guard.id).toEqualTypeOf<ResourceId>();
    expectTypeOf(guard.use(() => 1)).toEqualTypeOf<number>();
    expectTypeOf(guard.use(async () => 'x')).toEqualTypeOf<Promise<string>>();
    expectTypeOf(guard.release()).toEqualTypeOf<MaybePromise<ReleaseOutcome>>();
    expectTypeOf(own.close()).toEqualTypeOf<MaybePromise<CloseReport>>();
    expectTypeOf<Scope['run']>().returns.resolves.toBeUnknown();
    expectTypeOf<AsyncResourceGuard<number>>().toEqualTypeOf<ResourceGuard<number>>();
    await own.close();
  });

  it('refuse what cannot work', () => {
    const registry = new ResourceRegistry();
    const file = defineKind<File>({ type: 'file', releaseSync: (given) => given.close() });
    const attempts = (): unknown => {
      // @ts-expect-error A kind of File is not one of strings.
      registry.register('text', file);
      // @ts-expect-error A number is no id.
      registry.untrack(1);
      // @ts-expect-error Nothing can dispose of a plain object.
      scope().use({});
      // @ts-expect-error There is no such type.
      defineKind({ type: 'fiel' });
      // @ts-expect-error There is no such option.
      return new ResourceRegistry({ maxrows: 1 });
    };
    expect(attempts).toBeTypeOf('function');
  });
});
