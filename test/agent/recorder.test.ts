import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createClock } from '../../src/agent/clock.ts';
import { takeNatives } from '../../src/agent/natives.ts';
import type { Natives } from '../../src/agent/natives.ts';
import { createRecorder } from '../../src/agent/recorder.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** A disk that refuses to write while `refuse` names an error. */
function disk() {
  const state: { refuse: string | null } = { refuse: null };
  const natives = takeNatives();
  const writeSync = (...values: Parameters<Natives['writeSync']>): number => {
    if (state.refuse !== null) throw Object.assign(new Error(state.refuse), { code: state.refuse });
    return natives.writeSync(...values);
  };
  const path = join(tempFolder(), 'data.wt');
  const refusing = { ...natives, writeSync: writeSync as Natives['writeSync'] };
  const recorder = createRecorder(refusing, createClock(refusing), path);
  recorder.begin({ wt: 1 });
  return { state, recorder, lines: () => readFileSync(path, 'utf8').trimEnd().split('\n') };
}

describe('the recorder', () => {
  test.each(['ENOSPC', 'EACCES', 'EROFS', 'EDQUOT'])('%s stops recording', (code) => {
    const { state, recorder, lines } = disk();
    state.refuse = code;
    recorder.add(['-', 1, 1]);
    recorder.write();
    expect(recorder.stopped()).toBe(true);
    state.refuse = null;
    recorder.add(['-', 2, 2]);
    recorder.write();
    expect(lines()).toEqual(['{"wt":1}']);
  });

  test('an error that may pass loses nothing, five in a row stop recording', () => {
    const { state, recorder, lines } = disk();
    recorder.add(['-', 1, 1]);
    state.refuse = 'EMFILE';
    recorder.write();
    state.refuse = null;
    recorder.write();
    expect(lines()).toEqual(['{"wt":1}', '["-",1,1]']);
    state.refuse = 'EMFILE';
    recorder.add(['-', 2, 2]);
    for (let at = 0; at < 5; at += 1) recorder.write();
    expect(recorder.stopped()).toBe(true);
  });

  test('a file that is there already is left alone', () => {
    const { recorder } = disk();
    const natives = takeNatives();
    const second = createRecorder(natives, createClock(natives), recorder.path);
    second.begin({ wt: 1 });
    expect(second.stopped()).toBe(true);
  });

  test('a note is written once', () => {
    const { recorder, lines } = disk();
    for (let at = 0; at < 3; at += 1) recorder.note('skipped', 'too large');
    recorder.write();
    expect(lines()).toHaveLength(2);
  });

  test('what waits to be written is bounded', () => {
    const { state, recorder, lines } = disk();
    state.refuse = 'EMFILE';
    for (let at = 0; at < 30_000; at += 1) recorder.add(['-', at, at]);
    state.refuse = null;
    recorder.write();
    expect(lines().length).toBeLessThanOrEqual(20_001);
  });
});
