import { createServer } from 'node:net';
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../../src/kernel/clock/index.ts';
import { ResourceWatch, readResourceFigures } from '../../../src/leak/index.ts';
import type { DetectedLeak, ResourceFigures, ResourceWatchOptions } from '../../../src/leak/index.ts';

const MB = 1024 ** 2;
const calm: ResourceFigures = { handles: 10, descriptors: 20, connections: 0, threads: 11, memoryBytes: 100 * MB };

function setUp(options: ResourceWatchOptions = {}) {
  const clock = new ManualClock();
  const told: DetectedLeak[] = [];
  let figures = calm;
  const watch = new ResourceWatch({ clock, probe: () => figures, onLeak: (leak) => void told.push(leak), ...options }).start();
  const look = (change: Partial<ResourceFigures> = {}): void => {
    figures = { ...calm, ...change };
    clock.advance(300_000);
  };
  const said = (): readonly string[] => told.map(({ metric, level, closed }) => `${metric} ${closed === null ? level : 'ended'}`);
  return { clock, watch, look, told, said };
}

describe('ResourceWatch', () => {
  test('leak report per metric: suspected at the first look, a leak at the second, told once each', () => {
    const { watch, look, told, said } = setUp();
    look({ handles: 30 });
    expect(watch.getLeakReport()).toMatchObject({ leakCount: 0, detectedLeaks: [{ metric: 'handles', level: 'suspect' }] });
    look({ handles: 40, descriptors: 90 });
    look({ handles: 50, descriptors: 100 });
    look({ handles: 60, descriptors: 110 });
    expect(said()).toEqual(['handles suspect', 'handles leak', 'descriptors suspect', 'descriptors leak']);
    const report = watch.getLeakReport();
    expect(report.leakCount).toBe(2);
    expect(report.detectedLeaks.map(({ metric, countIncrease, severity }) => [metric, countIncrease, severity])).toEqual([
      ['handles', 50, 'high'],
      ['descriptors', 90, 'high'],
    ]);
    expect(report.detectedLeaks[0]?.what).toBe('60 handles, from 10 handles at the start 20m ago, 500 % more');
    expect(told[0]?.detectedAtMs).toBe(report.detectedLeaks[0]?.detectedAtMs);
  });

  test('a baseline of zero can leak', () => {
    const { look, said } = setUp();
    look({ connections: 9 });
    look({ connections: 12 });
    expect(said()).toEqual(['connections suspect', 'connections leak']);
  });

  test('few more are none, whatever their share', () => {
    const { look, said } = setUp();
    look({ connections: 8, handles: 18, threads: 15, memoryBytes: 149 * MB });
    look({ connections: 8, handles: 18, threads: 15, memoryBytes: 149 * MB });
    expect(said()).toEqual([]);
  });

  test('severity of memory goes by 50, 100, 200 MB', () => {
    const severities = [60, 110, 210].map((mb) => {
      const { watch, look } = setUp();
      look({ memoryBytes: (100 + mb) * MB });
      return watch.getLeakReport().detectedLeaks[0]?.severity;
    });
    expect(severities).toEqual(['medium', 'high', 'critical']);
    const { watch, look } = setUp({ severityBytes: { medium: 1, high: 2, critical: 60 * MB } });
    look({ memoryBytes: 170 * MB });
    expect(watch.getLeakReport().detectedLeaks[0]).toMatchObject({
      severity: 'critical',
      memoryIncreaseBytes: 70 * MB,
      bytesPerSecond: (70 * MB) / 300,
      what: '170 MB of resident memory, from 100 MB of resident memory at the start 5m ago, 70 % more',
    });
  });

  test('ends when it has gone back, and not at the threshold', () => {
    const { watch, look, said, told } = setUp({ looks: 1 });
    look({ handles: 30 });
    look({ handles: 17 });
    look({ handles: 30 });
    look({ handles: 12 });
    expect(said()).toEqual(['handles leak', 'handles ended']);
    expect(told[1]?.closed?.why).toBe('back at 12 handles, from 10 handles at the start');
    expect(watch.getLeakReport()).toMatchObject({ leakCount: 0, detectedLeaks: [{ closed: { why: told[1]?.closed?.why } }] });
  });

  test('what this system does not tell is left out', () => {
    const { look, said } = setUp({ probe: () => ({ ...calm, descriptors: null, threads: null }) });
    look();
    expect(said()).toEqual([]);
  });

  test('a new baseline ends what was found, and counts from now on', () => {
    const { watch, look, said } = setUp({ looks: 1 });
    look({ handles: 30 });
    watch.rebase();
    expect(watch.baseline?.handles).toBe(30);
    expect(watch.getLeakReport().leakCount).toBe(0);
    look({ handles: 31 });
    expect(said()).toEqual(['handles leak']);
  });

  test('every 300 s by default, with one timer that holds nothing alive; started twice, stopped twice', () => {
    const { clock, watch } = setUp();
    watch.start();
    expect([clock.pending(), clock.pending('ref')]).toEqual([1, 0]);
    watch.stop();
    watch[Symbol.dispose]();
    expect([clock.pending(), watch.running]).toEqual([0, false]);
  });

  test('a probe or a listener that throws stops nothing', () => {
    const errors: string[] = [];
    const quiet = (): void => undefined;
    const logger = { debug: quiet, info: quiet, warn: quiet, error: (_: object, text: string) => void errors.push(text) };
    let calls = 0;
    const probe = (): ResourceFigures => {
      calls += 1;
      if (calls === 2) throw new Error('probe');
      return { ...calm, handles: calls === 1 ? 10 : 50 };
    };
    const onLeak = (): never => {
      throw new Error('listener');
    };
    const { look, watch } = setUp({ probe, onLeak, logger });
    look();
    look();
    look();
    expect(errors).toEqual([
      'watertight: resources could not be looked at',
      'watertight: `onLeak` failed',
      'watertight: `onLeak` failed',
    ]);
    expect(watch.getLeakReport().leakCount).toBe(1);
  });

  test.each([
    [{ leakShare: 0 }, /`leakShare` must be a number above 0/],
    [{ intervalMs: 5 }, /`intervalMs` must be a number of milliseconds from 100/],
    [{ leastGrowth: { handle: 3 } }, /`leastGrowth` must be an object with `handles`/],
    [{ severityBytes: { medium: 5, high: 4 } }, /must ascend/],
    [{ threshold: 5 }, /there is no option `threshold`/],
  ])('refuses %j', (options, message) => {
    expect(() => new ResourceWatch(options as ResourceWatchOptions)).toThrow(
      expect.objectContaining({ code: 'WT_INVALID_OPTION', message: expect.stringMatching(message) as string }),
    );
  });

  property.prop([fc.array(fc.record({ handles: fc.nat(60), connections: fc.nat(30) }), { maxLength: 40 })])(
    'each leak opens once before it ends once, and the count is that of open proven ones',
    (looks) => {
      const { watch, look, told } = setUp();
      for (const figures of looks) look(figures);
      for (const metric of ['handles', 'connections']) {
        const words = told
          .filter((leak) => leak.metric === metric)
          .map(({ level, closed }) => (closed === null ? level : 'ended'));
        expect(words.join(' ')).toMatch(/^(?:suspect (?:leak )?ended ?)*(?:suspect(?: leak)?)?$/);
      }
      const { leakCount, detectedLeaks } = watch.getLeakReport();
      expect(leakCount).toBe(detectedLeaks.filter(({ level, closed }) => level === 'leak' && closed === null).length);
    },
  );
});

test('figures of this process: a server is a handle and a descriptor more', async () => {
  const before = readResourceFigures();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const after = readResourceFigures();
  await new Promise((resolve) => server.close(resolve));
  expect(after.handles - before.handles).toBe(1);
  if (process.platform === 'linux') {
    expect((after.descriptors ?? 0) - (before.descriptors ?? 0)).toBeGreaterThan(0);
    expect(after.threads).toBeGreaterThan(3);
  }
  expect(after.memoryBytes).toBeGreaterThan(10 * MB);
});
