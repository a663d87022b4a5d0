import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { PeakWindow } from '../../src/profile/peak-window.ts';

const steps = fc.array(
  fc.oneof(
    fc.record({ what: fc.constant('add' as const), value: fc.integer({ min: 0, max: 20 }) }),
    fc.record({ what: fc.constant('forget' as const), value: fc.integer({ min: 0, max: 40 }) }),
  ),
  { maxLength: 60 },
);

test.prop([steps])('answers as a list of all values would', (sequence) => {
  const window = new PeakWindow();
  const all: (readonly [number, number])[] = [];
  let forgotten = 0;
  for (const [moment, { what, value }] of sequence.entries()) {
    if (what === 'add') {
      window.add(moment, value);
      all.push([moment, value]);
    } else {
      forgotten = Math.max(forgotten, Math.min(moment, value));
      window.forget(forgotten);
    }
    for (let from = forgotten; from <= moment; from++)
      expect(window.since(from)).toBe(Math.max(-Infinity, ...all.filter(([at]) => at >= from).map(([, v]) => v)));
  }
});
