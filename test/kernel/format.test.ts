import { describe, expect, it } from 'vitest';
import {
  formatAbout,
  formatAge,
  formatByteRate,
  formatBytes,
  formatBytesOf,
  formatBytesRange,
  formatCount,
  formatCounted,
  formatDuration,
  formatShare,
} from '../../src/kernel/format.ts';

const MB = 1024 ** 2;

describe('numbers of a report', () => {
  it.each([
    [0, '0 B'],
    [1, '1 B'],
    [1023, '1023 B'],
    [1024, '1 KB'],
    [1229, '1.2 KB'],
    [1023.6 * 1024, '1 MB'],
    [61 * MB, '61 MB'],
    [2.4 * MB, '2.4 MB'],
    [2048 * MB, '2 GB'],
    [-3 * MB, '-3 MB'],
    [Number.NaN, 'unknown'],
  ])('shows %d bytes as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text.replace('1023', '1 023'));
  });

  it('names the unit of a range once where both ends share it', () => {
    expect(formatBytesRange(5.4 * MB, 6.1 * MB)).toBe('5.4 to 6.1 MB');
    expect(formatBytesRange(900 * 1024, 2 * MB)).toBe('900 KB to 2 MB');
  });

  it('names the unit of a part once where it is that of the whole', () => {
    expect(formatBytesOf(182 * MB, 512 * MB)).toBe('182 of 512 MB');
    expect(formatBytesOf(182 * MB, 2048 * MB)).toBe('182 MB of 2 GB');
  });

  it('shows a growth in the period in which it is read best, with its range in the same unit', () => {
    const perMinute = (mb: number) => (mb * MB) / 60;
    expect(formatByteRate({ bytesPerSecond: perMinute(2.4), low: perMinute(2.2), high: perMinute(2.6) })).toBe(
      '2.4 MB/min (2.2–2.6)',
    );
    expect(formatByteRate({ bytesPerSecond: 12 * MB })).toBe('12 MB/s');
    expect(formatByteRate({ bytesPerSecond: 50, low: null, high: null })).toBe('176 KB/h');
  });

  it.each([
    [0, '0 s'],
    [0.4, '< 1 ms'],
    [9.4, '9.4 ms'],
    [38, '38 ms'],
    [999.7, '1 s'],
    [2345, '2.3 s'],
    [58_000, '58 s'],
    [59_960, '1m'],
    [72_000, '1m12s'],
    [4_800_000, '1h20m'],
    [183_600_000, '2d3h'],
  ])('shows %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('is narrow in columns and rounds what lies ahead', () => {
    expect(formatAge(58_000)).toBe('58s');
    expect(formatAbout(17_400)).toBe('about 17 s');
    expect(formatAbout(370_000)).toBe('about 6 min');
    expect(formatAbout(4_790_000)).toBe('about 1 h 20 min');
    expect(formatAbout(20 * 3_600_000)).toBe('about 20 h');
    expect(formatAbout(72 * 3_600_000)).toBe('about 3 days');
  });

  it('sets thousands apart and knows one from many', () => {
    expect(formatCount(999)).toBe('999');
    expect(formatCount(41_203)).toBe('41 203');
    expect(formatCount(-1_234_567)).toBe('-1 234 567');
    expect(formatCounted(1, 'full collection')).toBe('1 full collection');
    expect(formatCounted(2, 'process', 'processes')).toBe('2 processes');
  });

  it('never shows a small share as none', () => {
    expect(formatShare(0)).toBe('0 %');
    expect(formatShare(0.000_01)).toBe('< 0.1 %');
    expect(formatShare(0.006)).toBe('0.6 %');
    expect(formatShare(0.5)).toBe('50 %');
  });
});
