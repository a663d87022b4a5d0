import { describe, expect, test } from 'vitest';
import { watchCalm } from '../../src/agent/more/calm.ts';

const megabyte = 1_048_576;

/** Whether it is calm after each of so many collections. */
function calmAfter(count: number, sizeAt: (at: number) => { heap: number; external: number }): readonly boolean[] {
  const calm = watchCalm();
  return Array.from({ length: count }, (_, at) => {
    const { heap, external } = sizeAt(at);
    return calm.look(heap, external);
  });
}

describe('between collections', () => {
  test('what is the same is calm, but not at first', () => {
    const answers = calmAfter(30, () => ({ heap: 20 * megabyte, external: 0 }));
    expect(answers.indexOf(true)).toBe(14);
    expect(answers.slice(14).every(Boolean)).toBe(true);
  });

  test('what comes and goes is calm', () => {
    const answers = calmAfter(40, (at) => ({ heap: (20 + (at % 4)) * megabyte, external: ((at * 7) % 3) * megabyte }));
    expect(answers.slice(14).every(Boolean)).toBe(true);
  });

  test.each(['heap', 'external'] as const)('%s that grows by 20 KB each time is not', (grows) => {
    const answers = calmAfter(40, (at) => ({ heap: 20 * megabyte, external: 0, [grows]: 20 * megabyte + at * 20_000 }));
    expect(answers).not.toContain(true);
  });

  test('growth that begins late is seen within five collections', () => {
    const answers = calmAfter(40, (at) => ({ heap: 20 * megabyte + Math.max(0, at - 24) * 40_000, external: 0 }));
    expect(answers[24]).toBe(true);
    expect(answers.slice(30)).not.toContain(true);
  });
});
