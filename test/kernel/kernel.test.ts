import { describe, expect, it } from 'vitest';
import { LazyAbort, onAbort } from '../../src/kernel/abort.ts';
import { briefOf } from '../../src/kernel/brief.ts';
import { WatertightError } from '../../src/kernel/errors.ts';
import { generationOf, lastGeneration, makeId, maxSlots, slotOf } from '../../src/kernel/ids.ts';
import { Listeners } from '../../src/kernel/listeners.ts';
import { editDistance, nearest } from '../../src/kernel/nearest.ts';
import { aBoolean, bytes, checkOptions, having, milliseconds, nested, oneOf, wholeNumber } from '../../src/kernel/options.ts';
import { Slots } from '../../src/kernel/slots.ts';
import { callerOf } from '../../src/kernel/stack.ts';

describe('nearest', () => {
  it('counts insertions, deletions, replacements and swaps', () => {
    expect(editDistance('abc', 'abc')).toBe(0);
    expect(editDistance('abc', 'acb')).toBe(1);
    expect(editDistance('abc', 'ABCD')).toBe(1);
    expect(editDistance('', 'abc')).toBe(3);
  });
  it('finds what was probably meant, and nothing when all is far', () => {
    expect(nearest('timoutMs', ['timeoutMs', 'retry'])).toBe('timeoutMs');
    expect(nearest('xyzzy', ['timeoutMs', 'retry'])).toBeUndefined();
  });
});

describe('options', () => {
  const rules = {
    on: aBoolean,
    size: bytes,
    every: milliseconds,
    level: oneOf('a', 'b'),
    count: wholeNumber(1, 3),
    log: having('write'),
    deep: nested({ x: aBoolean }),
  };
  const check = (options: unknown) => () => checkOptions('thing', options, rules);
  it('accepts what fits and what is undefined', () => {
    for (const good of [
      undefined,
      {},
      { on: true, size: 0, every: 1.5, level: 'b', count: 3, log: { write() {} }, deep: { x: false } },
      { on: undefined },
    ])
      expect(check(good)).not.toThrow();
  });
  it.each([
    [{ on: 1 }, '`on` must be true or false, got 1'],
    [{ size: -1 }, '`size` must be a whole number of bytes'],
    [{ size: 1.5 }, 'bytes'],
    [{ every: Number.NaN }, 'milliseconds'],
    [{ level: 'c' }, '`level` must be one of "a", "b", got "c"'],
    [{ count: 4 }, 'from 1 to 3, got 4'],
    [{ log: {} }, 'write()'],
    [{ deep: { y: true } }, '`deep` must be an object with `x`'],
    [{ siez: 1 }, 'there is no option `siez`; did you mean `size`?'],
    [{ toString: 1 }, 'there is no option `toString`'],
    [{ zzzzzzzz: 1 }, 'known are `on`'],
    [null, 'must be an object, got null'],
    [[], undefined],
  ])('says what is wrong with %j', (options, text) => {
    if (text === undefined) expect(check(options)).not.toThrow();
    else expect(check(options)).toThrow(text);
  });
});

describe('ids and slots', () => {
  it('fit an id into a safe integer and take it apart again', () => {
    for (const [slot, generation] of [
      [0, 1],
      [5, 127],
      [maxSlots - 1, lastGeneration],
      [123456, 2 ** 20],
    ] as const) {
      const id = makeId(slot, generation);
      expect(Number.isSafeInteger(id)).toBe(true);
      expect([slotOf(id), generationOf(id)]).toEqual([slot, generation]);
    }
  });

  it('give a slot out again with another generation, and grow', () => {
    const slots = new Slots(2);
    const list = { head: -1, tail: -1 };
    const [a, b] = [slots.take(), slots.take()];
    expect(slots.take()).toBe(-1);
    expect(slots.grow()).toBe(true);
    for (const slot of [a, b, slots.take()]) slots.append(list, slot);
    expect([list.head, list.tail, slots.live, slots.capacity]).toEqual([0, 2, 3, 4]);
    const id = slots.id(b);
    slots.unlink(list, b);
    slots.give(b);
    expect([slots.next[list.head], slots.prev[list.tail]]).toEqual([2, 0]);
    expect(slots.take()).toBe(b);
    expect(slots.id(b)).not.toBe(id);
  });

  it('retire a slot whose generations are used up', () => {
    const slots = new Slots(2);
    const slot = slots.take();
    slots.generation[slot] = lastGeneration;
    slots.give(slot);
    expect(slots.take()).not.toBe(slot);
  });
});

describe('listeners', () => {
  it('are isolated from each other, also those that reject or throw what cannot be read', async () => {
    const errors: unknown[] = [];
    const heard: number[] = [];
    const listeners = new Listeners<number>((error) => {
      errors.push(error);
      throw new Error('the reporter fails too');
    });
    listeners.add(() => {
      throw new Error('a');
    });
    listeners.add(() => Promise.reject(new Error('b')) as never);
    const registration = listeners.add((n) => void heard.push(n));
    listeners.emit(1);
    registration[Symbol.dispose]();
    listeners.emit(2);
    await Promise.resolve();
    expect(heard).toEqual([1]);
    expect(errors).toHaveLength(4);
    expect(listeners.size).toBe(2);
  });
});

describe('abort', () => {
  it('makes its signal when it is read, aborted when that came before', () => {
    const early = new LazyAbort();
    early.abort('why');
    early.abort('again');
    expect([early.signal.aborted, early.signal.reason]).toEqual([true, 'why']);
    const late = new LazyAbort();
    let called = 0;
    onAbort(late.signal, () => called++);
    onAbort(late.signal, () => called++)[Symbol.dispose]();
    late.abort(undefined);
    onAbort(late.signal, () => called++);
    expect(called).toBe(2);
  });
});

describe('the line of a call', () => {
  function entry(): string | undefined {
    return callerOf(entry);
  }

  it('is the one that called the entry, and leaves Error as it was', () => {
    const formatter = (): unknown => Reflect.get(Error, 'prepareStackTrace');
    const before = formatter();
    const { stackTraceLimit } = Error;
    expect(entry()).toMatch(/kernel\.test\.ts:\d+:\d+$/);
    expect(formatter()).toBe(before);
    expect(Error.stackTraceLimit).toBe(stackTraceLimit);
    expect(callerOf(() => {})).toBeUndefined();
  });

  it('does not run the formatter of the program', () => {
    const before: unknown = Reflect.get(Error, 'prepareStackTrace');
    let ran = 0;
    Error.prepareStackTrace = () => {
      ran += 1;
      return '';
    };
    try {
      expect(entry()).toMatch(/kernel\.test\.ts/);
    } finally {
      Reflect.set(Error, 'prepareStackTrace', before);
    }
    expect(ran).toBe(0);
  });
});

describe('an error in brief', () => {
  it('can be made of anything', () => {
    expect(briefOf(new WatertightError('WT_RELEASED', 'x'))).toEqual({
      name: 'WatertightError',
      message: 'x (WT_RELEASED)',
      code: 'WT_RELEASED',
    });
    expect(briefOf('text')).toEqual({ name: 'string', message: 'text', code: null });
    expect(briefOf(null).name).toBe('null');
    expect(briefOf(Object.create(null)).name).toBe('unreadable');
    expect(briefOf(new Error('x'.repeat(5_000))).message).toHaveLength(1_024);
  });
});
