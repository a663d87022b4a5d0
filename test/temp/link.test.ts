import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ResourceRegistry } from '../../src/core/index.ts';
import { configureTemp, createTempHardlink, linkOrUse, ownerRoot, removalsDone } from '../../src/temp/index.ts';

const home = mkdtempSync(join(tmpdir(), 'watertight-test-'));
configureTemp({ directory: home, sweep: false });
afterAll(() => rmSync(home, { recursive: true, force: true }));

const MB = 1024 * 1024;
let made = 0;

/** A sparse file: it has the size, not the blocks. */
function fileOf(bytes: number): string {
  made += 1;
  const path = join(home, `capture ${made}.pcap`);
  writeFileSync(path, 'packets');
  truncateSync(path, bytes);
  return path;
}

function recorder() {
  const told: [level: string, fields: Readonly<Record<string, unknown>>, text: string][] = [];
  const at = (level: string) => (fields: Readonly<Record<string, unknown>>, text: string) =>
    void told.push([level, fields, text]);
  return { told, logger: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') } };
}

describe('linkOrUse', () => {
  test('a file of 200 MB and more gets a second name, input_<name>, in a directory of its own', async () => {
    const file = fileOf(200 * MB);
    const { told, logger } = recorder();
    const used = linkOrUse(file, { prefix: 'pktmask_pipeline_', logger });
    expect(used.linked).toBe(true);
    expect(basename(used.path)).toBe(`input_${basename(file)}`);
    expect(basename(dirname(used.path))).toMatch(/^pktmask_pipeline_/);
    expect(statSync(used.path).ino).toBe(statSync(file).ino);
    expect(told).toEqual([['info', expect.objectContaining({ bytes: 200 * MB, resourceId: used.guard?.id }), 'hard link made']]);
    await used.release();
    await removalsDone();
    expect([existsSync(used.path), existsSync(dirname(used.path)), statSync(file).nlink]).toEqual([false, false, 1]);
    expect(readFileSync(file).subarray(0, 7).toString()).toBe('packets');
  });

  test('a smaller one is used as it is; from 50 MB the logger is told', async () => {
    const { told, logger } = recorder();
    const before = readdirSync(ownerRoot().path);
    for (const size of [10, 50 * MB - 1, 50 * MB, 200 * MB - 1]) {
      const file = fileOf(size);
      await using used = linkOrUse(file, { logger });
      expect([used.path, used.linked, used.guard]).toEqual([file, false, undefined]);
    }
    expect(told.map(([level]) => level)).toEqual(['debug', 'debug']);
    expect(readdirSync(ownerRoot().path)).toEqual(before);
  });

  test('the thresholds are options; the row belongs to the owner that is given', async () => {
    const registry = new ResourceRegistry();
    const { told, logger } = recorder();
    const file = fileOf(1_000);
    const used = createTempHardlink(file, {
      thresholdBytes: 1_000,
      owner: registry,
      name: 'input',
      metadata: { stage: 'dedup' },
    });
    expect(registry.get('input')).toMatchObject({ type: 'temp-directory', createdAt: expect.stringMatching(/link\.test\.ts/) });
    await registry.shutdown();
    expect([existsSync(used.path), existsSync(file)]).toEqual([false, true]);
    linkOrUse(file, { thresholdBytes: 2_000, logFromBytes: 1_000, logger });
    expect(told).toHaveLength(1);
  });

  test('of a link the file is linked, not the link', async () => {
    const file = fileOf(10);
    const link = join(home, 'link');
    symlinkSync(file, link);
    await using used = linkOrUse(link, { thresholdBytes: 0 });
    rmSync(link);
    expect(readFileSync(used.path, 'utf8').slice(0, 7)).toBe('packets');
  });

  test('the link outlives the file', async () => {
    const file = fileOf(10);
    await using used = linkOrUse(file, { thresholdBytes: 0 });
    rmSync(file);
    expect(readFileSync(used.path, 'utf8').slice(0, 7)).toBe('packets');
  });

  test('a name that is taken is the caller’s mistake, and leaves nothing behind', async () => {
    const registry = new ResourceRegistry();
    const file = fileOf(10);
    linkOrUse(file, { thresholdBytes: 0, owner: registry, name: 'same' });
    const before = readdirSync(ownerRoot().path);
    expect(() => linkOrUse(file, { thresholdBytes: 0, owner: registry, name: 'same' })).toThrow(/WT_NAME_TAKEN/);
    expect(readdirSync(ownerRoot().path)).toEqual(before);
    await registry.shutdown();
  });

  test('what is no file is refused', () => {
    mkdirSync(join(home, 'folder'));
    expect(() => linkOrUse(join(home, 'folder'))).toThrow(/is not a file/);
    expect(() => linkOrUse(join(home, 'none'))).toThrow(/WT_NOT_FOUND/);
    expect(() => linkOrUse('')).toThrow(/WT_INVALID_OPTION/);
    expect(() => linkOrUse(join(home, 'none'), { tresholdBytes: 1 } as object)).toThrow(/did you mean `thresholdBytes`/);
  });
});
