import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { memoryLimits, readHeapSpaces, readMemory, readProcessMemory, readPss } from '../../src/memory/index.ts';
import { LinuxPlatform } from '../../src/memory/linux.ts';
import { readPageSize } from '../../src/memory/page-size.ts';
import { portablePlatform } from '../../src/memory/portable.ts';
import { readMemoryFrom } from '../../src/memory/reading.ts';
import { MB, fakeRoot, mounts } from './fake-root.ts';

const onLinux = process.platform === 'linux';

describe('what this process uses', () => {
  test('a reading has the figures of the process, of the heap and of the machine', () => {
    const held = new ArrayBuffer(8 * MB);
    const reading = readMemory();
    expect(reading.rssBytes).toBeGreaterThan(10 * MB);
    expect(reading.heapUsedBytes).toBeGreaterThan(MB);
    expect(reading.heapTotalBytes).toBeGreaterThanOrEqual(reading.heapUsedBytes / 2);
    expect(reading.heapLimitBytes).toBeGreaterThan(reading.heapUsedBytes);
    expect(reading.arrayBuffersBytes).toBeGreaterThanOrEqual(held.byteLength);
    expect(reading.host.availableBytes).toBeLessThanOrEqual(reading.host.totalBytes);
  });

  test.runIf(onLinux)('resident memory agrees with what Node says', () => {
    const [ours, nodes] = [readMemory().rssBytes, process.memoryUsage.rss()];
    expect(Math.abs(ours - nodes)).toBeLessThan(0.2 * nodes);
  });

  test.runIf(onLinux)('the proportional set size is part of the resident one', () => {
    const pss = readPss();
    expect(pss).toBeGreaterThan(MB);
    expect(pss).toBeLessThan(2 * process.memoryUsage.rss());
  });

  test('the spaces of the heap add up to the heap', () => {
    const used = readHeapSpaces().reduce((sum, space) => sum + space.usedBytes, 0);
    expect(readHeapSpaces().map(({ name }) => name)).toContain('old_space');
    expect(used).toBeGreaterThan(MB);
  });

  test.runIf(onLinux)('another process is read by its pid; one that does not exist is null', () => {
    expect(readProcessMemory(process.ppid)?.rssBytes).toBeGreaterThan(0);
    for (const pid of [0, -1, 1.5, Number.NaN, 2 ** 30]) expect(readProcessMemory(pid)).toBeNull();
  });
});

describe('memoryLimits', () => {
  test('the heap and the machine have one always, tightest first', () => {
    const limits = memoryLimits();
    expect(limits.map(({ name }) => name)).toEqual(expect.arrayContaining(['heap', 'host']));
    expect(limits.map(({ bytes }) => bytes)).toEqual(limits.map(({ bytes }) => bytes).toSorted((a, b) => a - b));
    expect(limits.every(({ source }) => source !== '')).toBe(true);
  });

  test('a configured limit stands among them', () => {
    expect(memoryLimits({ configuredLimitBytes: 5 * MB })[0]).toEqual({
      name: 'configured',
      bytes: 5 * MB,
      source: 'configuredLimitBytes',
    });
  });

  test('an unknown option is refused, and the known one is named', () => {
    const options = { configuredLimitByte: 5 } as object;
    expect(() => memoryLimits(options)).toThrow(expect.objectContaining({ code: 'WT_INVALID_OPTION' }));
    expect(() => memoryLimits(options)).toThrow(/configuredLimitBytes/);
  });
});

describe('systems', () => {
  test('without /proc what it would tell is null, with the reason, and the rest is there', () => {
    const reading = readMemoryFrom(portablePlatform);
    expect(reading.vmsBytes).toBeNull();
    expect(reading.cgroup).toBeNull();
    expect(reading.rssBytes).toBeGreaterThan(MB);
    expect(reading.unavailable.map(({ what }) => what)).toEqual(['vmsBytes', 'cgroup']);
    expect(reading.unavailable[0]?.why).toMatch(/needs \/proc/);
    expect(portablePlatform.readPss('self')).toBeNull();
  });

  test('a machine without a limit around the process says so', () => {
    const root = fakeRoot({
      'proc/self/cgroup': '0::/\n',
      'proc/self/mountinfo': mounts.v2,
      'proc/self/statm': '9 8 7 0 0 0 0\n',
    });
    expect(readMemoryFrom(new LinuxPlatform(root))).toMatchObject({
      vmsBytes: 9 * 4096,
      rssBytes: 8 * 4096,
      host: { totalBytes: 4096 * MB, availableBytes: 1024 * MB },
      unavailable: [{ what: 'cgroup', why: expect.stringContaining('no memory limit') as string }],
    });
  });

  test('memory is counted in the pages of the machine, which need not be 4 096 bytes', () => {
    const root = fakeRoot({ 'proc/self/statm': '3 2 1 0 0 0 0\n' });
    mkdirSync(join(root, 'proc/self'), { recursive: true });
    const vector = new BigUint64Array([16n, 1n, 6n, 65_536n, 0n, 0n]);
    writeFileSync(join(root, 'proc/self/auxv'), vector);
    expect(new LinuxPlatform(root).readProcess('self')).toEqual({
      vmsBytes: 3 * 65_536,
      rssBytes: 2 * 65_536,
      sharedBytes: 65_536,
    });
    expect(readPageSize(join(root, 'nothing here'))).toBe(4096);
  });
});
