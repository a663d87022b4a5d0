import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LinuxPlatform } from '../../src/memory/linux.ts';
import { nearest } from '../../src/memory/reading.ts';
import { ManualClock } from '../../src/kernel/clock/index.ts';
import type { CgroupUse } from '../../src/memory/index.ts';
import { MB, fakeRoot, mounts } from './fake-root.ts';

const groupsOf = (platform: LinuxPlatform): readonly CgroupUse[] => platform.readCgroups(platform.readHost());
const none = '9223372036854771712\n';

describe('control groups of the second version', () => {
  const base = { 'proc/self/cgroup': '0::/app.slice/web\n', 'proc/self/mountinfo': mounts.v2 };

  test('the limit and use of the own group are read, without the page cache that can be dropped', () => {
    const root = fakeRoot({
      ...base,
      'sys/fs/cgroup/app.slice/web/memory.max': `${512 * MB}\n`,
      'sys/fs/cgroup/app.slice/web/memory.current': `${300 * MB}\n`,
      'sys/fs/cgroup/app.slice/web/memory.stat': `anon 1\ninactive_anon 7\nactive_file 9\ninactive_file ${100 * MB}\n`,
      'sys/fs/cgroup/app.slice/memory.max': 'max\n',
    });
    expect(groupsOf(new LinuxPlatform(root))).toEqual([
      { limitBytes: 512 * MB, usedBytes: 200 * MB, source: '/sys/fs/cgroup/app.slice/web/memory.max' },
    ]);
  });

  test('"max" at every level is no limit, and neither is more than the machine has', () => {
    const root = fakeRoot({
      ...base,
      'sys/fs/cgroup/app.slice/web/memory.max': 'max\n',
      'sys/fs/cgroup/app.slice/memory.max': `${8192 * MB}\n`,
    });
    expect(groupsOf(new LinuxPlatform(root))).toEqual([]);
  });

  test('a group above that is nearer to its limit counts more than the own one', () => {
    const root = fakeRoot({
      ...base,
      'sys/fs/cgroup/app.slice/web/memory.max': `${512 * MB}\n`,
      'sys/fs/cgroup/app.slice/web/memory.current': `${100 * MB}\n`,
      'sys/fs/cgroup/app.slice/memory.max': `${1024 * MB}\n`,
      'sys/fs/cgroup/app.slice/memory.current': `${1000 * MB}\n`,
    });
    const groups = groupsOf(new LinuxPlatform(root));
    expect(groups).toHaveLength(2);
    expect(nearest(groups)).toMatchObject({ limitBytes: 1024 * MB, usedBytes: 1000 * MB });
  });

  test('memory.high counts where it is lower than memory.max', () => {
    const root = fakeRoot({
      ...base,
      'sys/fs/cgroup/app.slice/web/memory.max': `${512 * MB}\n`,
      'sys/fs/cgroup/app.slice/web/memory.high': `${400 * MB}\n`,
      'sys/fs/cgroup/app.slice/web/memory.current': `${1 * MB}\n`,
    });
    expect(groupsOf(new LinuxPlatform(root))).toMatchObject([
      { limitBytes: 400 * MB, source: '/sys/fs/cgroup/app.slice/web/memory.high' },
    ]);
  });

  test('a container whose own group is the top of its view is read there', () => {
    const root = fakeRoot({
      'proc/self/cgroup': '0::/\n',
      'proc/self/mountinfo': mounts.v2,
      'sys/fs/cgroup/memory.max': `${256 * MB}\n`,
      'sys/fs/cgroup/memory.current': `${64 * MB}\n`,
    });
    expect(groupsOf(new LinuxPlatform(root))).toMatchObject([{ limitBytes: 256 * MB, usedBytes: 64 * MB }]);
  });

  test('a limit that changes is seen by the next reading, a process that is moved within 30 s', () => {
    const limit = 'sys/fs/cgroup/app.slice/web/memory.max';
    const root = fakeRoot({ ...base, [limit]: `${512 * MB}\n`, 'sys/fs/cgroup/other/memory.max': `${64 * MB}\n` });
    const clock = new ManualClock();
    const platform = new LinuxPlatform(root, clock);
    expect(groupsOf(platform)).toMatchObject([{ limitBytes: 512 * MB }]);
    writeFileSync(join(root, limit), `${128 * MB}\n`);
    expect(groupsOf(platform)).toMatchObject([{ limitBytes: 128 * MB }]);
    writeFileSync(join(root, 'proc/self/cgroup'), '0::/other\n');
    clock.advance(30_000);
    expect(groupsOf(platform)).toMatchObject([{ limitBytes: 64 * MB }]);
  });
});

describe('control groups of the first version', () => {
  test('the memory controller is found among the others, and the huge number is no limit', () => {
    const root = fakeRoot({
      'proc/self/cgroup': '5:devices:/\n4:cpu,memory:/docker/abc:x\n1:name=systemd:/\n',
      'proc/self/mountinfo': mounts.v1,
      'sys/fs/cgroup/memory/docker/abc:x/memory.limit_in_bytes': `${512 * MB}\n`,
      'sys/fs/cgroup/memory/docker/abc:x/memory.usage_in_bytes': `${90 * MB}\n`,
      'sys/fs/cgroup/memory/docker/abc:x/memory.stat': `cache 1\ninactive_file 1\ntotal_inactive_file ${40 * MB}\n`,
      'sys/fs/cgroup/memory/memory.limit_in_bytes': none,
    });
    expect(groupsOf(new LinuxPlatform(root))).toEqual([
      { limitBytes: 512 * MB, usedBytes: 50 * MB, source: '/sys/fs/cgroup/memory/docker/abc:x/memory.limit_in_bytes' },
    ]);
  });

  test('a container that sees only its own group, under the path of the host, is read at the mount point', () => {
    const root = fakeRoot({
      'proc/self/cgroup': '4:memory:/docker/abc\n',
      'proc/self/mountinfo': '35 31 0:32 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n',
      'sys/fs/cgroup/memory/memory.limit_in_bytes': `${512 * MB}\n`,
      'sys/fs/cgroup/memory/memory.usage_in_bytes': `${90 * MB}\n`,
    });
    expect(groupsOf(new LinuxPlatform(root))).toMatchObject([{ limitBytes: 512 * MB, usedBytes: 90 * MB }]);
  });

  test('beside the second version, without its memory controller, the first counts', () => {
    const root = fakeRoot({
      'proc/self/cgroup': '4:memory:/app\n0::/\n',
      'proc/self/mountinfo': mounts.unified + mounts.v1,
      'sys/fs/cgroup/memory/app/memory.limit_in_bytes': `${200 * MB}\n`,
      'sys/fs/cgroup/memory/app/memory.usage_in_bytes': `${90 * MB}\n`,
    });
    expect(groupsOf(new LinuxPlatform(root))).toMatchObject([{ limitBytes: 200 * MB }]);
  });

  test('a mount point with a space in its name is found', () => {
    const root = fakeRoot({
      'proc/self/cgroup': '4:memory:/\n',
      'proc/self/mountinfo': '35 31 0:32 / /my\\040groups rw - cgroup cgroup rw,memory\n',
      'my groups/memory.limit_in_bytes': `${200 * MB}\n`,
    });
    expect(groupsOf(new LinuxPlatform(root))).toMatchObject([{ limitBytes: 200 * MB, usedBytes: 0 }]);
  });
});

describe('a system that shows nothing', () => {
  test('no files at all means no groups and no process, and nothing throws', () => {
    const platform = new LinuxPlatform(fakeRoot({}));
    expect(groupsOf(platform)).toEqual([]);
    expect(platform.readProcess('self')).toBeNull();
    expect(platform.readPss('self')).toBeNull();
  });

  test('files with other content than expected count as not there', () => {
    const platform = new LinuxPlatform(
      fakeRoot({
        'proc/self/cgroup': 'nonsense\n::::\n',
        'proc/self/mountinfo': 'nonsense - \n\n',
        'proc/self/statm': 'one two three\n',
        'proc/self/smaps_rollup': 'nothing\n',
        'proc/meminfo': 'MemTotal: many\n',
      }),
    );
    expect(groupsOf(platform)).toEqual([]);
    expect(platform.readProcess('self')).toBeNull();
    expect(platform.readPss('self')).toBeNull();
    expect(platform.readHost().totalBytes).toBeGreaterThan(0);
  });
});
