import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { root } from '../support/run-program.ts';
import type { PublicName } from './declarations.ts';
import { publicEntries, readSurfaces } from './emit.ts';

const entries = publicEntries();
const update = process.env['WATERTIGHT_UPDATE_API'] === '1';
let surfaces: ReadonlyMap<string, readonly PublicName[]> = new Map();

beforeAll(() => {
  surfaces = readSurfaces();
});

const surfaceOf = (name: string): readonly PublicName[] => surfaces.get(name) ?? [];
const snapshotOf = (name: string): string => join(root, 'test/api', `${name}.d.ts.txt`);

describe.each(entries.map((entry) => entry.name))('%s', (name) => {
  test('is what was reviewed (npm run api:update writes it anew)', () => {
    const text = `${surfaceOf(name)
      .map((one) => one.text)
      .join('\n\n')}\n`;
    if (update) writeFileSync(snapshotOf(name), text);
    const reviewed = existsSync(snapshotOf(name)) ? readFileSync(snapshotOf(name), 'utf8') : '';
    expect(text).toBe(reviewed);
  });

  test('exports something, and each name has a docstring directly above it', () => {
    expect(surfaceOf(name).length).toBeGreaterThan(0);
    expect(
      surfaceOf(name)
        .filter((one) => !one.documented)
        .map((one) => one.name),
    ).toEqual([]);
  });

  test('refers to no type that users cannot name', () => {
    // `schedule/cron` belongs to `schedule`.
    const parent = name.split('/')[0] ?? name;
    const nameable = new Set([...surfaceOf('core'), ...surfaceOf(parent), ...surfaceOf(name)].map((one) => one.declaredIn));
    const hidden = surfaceOf(name).flatMap((one) =>
      one.uses
        .filter((use) => !nameable.has(`${use.declaredIn}#${use.name}`))
        .map((use) => `${one.name} refers to ${use.name} (${use.declaredIn.split(sep).slice(-2).join('/')})`),
    );
    expect(hidden).toEqual([]);
  });
});

test('no snapshot is left of an entry that has gone', () => {
  const kept = readdirSync(join(root, 'test/api')).filter((file) => file.endsWith('.d.ts.txt'));
  expect(kept.filter((file) => !entries.some((entry) => `${entry.name}.d.ts.txt` === file))).toEqual([]);
});
