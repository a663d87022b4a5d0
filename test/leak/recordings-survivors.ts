// Reads the recorded runs of WATERTIGHT_TEST_DATA as the series that detectors are given.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { SampledFunction, SampledStack, Survivor, SurvivorSeries } from '../../src/leak/index.ts';

/** As the recorder wrote it: `[stack, ordinal, bytes]` of every sample that lived at a poll. */
interface RecordedPoll {
  readonly t: number;
  readonly heap: number;
  readonly ext: number;
  readonly rss: number;
  readonly s: readonly (readonly [number, number, number])[];
  readonly fd?: { readonly n: number };
  readonly res?: Readonly<Record<string, number>>;
}

interface RecordedFile {
  readonly KB: number;
  readonly polls: readonly RecordedPoll[];
  /** `name url line column`, or none where stacks are text. */
  readonly frames?: readonly (readonly [string, string, number, number])[];
  readonly stacks: readonly (readonly number[] | string)[];
}

export interface Recording {
  readonly name: string;
  readonly leaks: boolean;
  readonly polls: readonly RecordedPoll[];
  readonly series: SurvivorSeries;
}

const root = join(process.env['WATERTIGHT_TEST_DATA'] ?? '', 'leak-series');
export const isPresent: boolean = process.env['WATERTIGHT_TEST_DATA'] !== undefined && existsSync(root);

/** `handler run1.cjs:10`: scripts of the program have an extension, those of Node do not. */
function functionOf(text: string): SampledFunction {
  const [, name = '', file = '', line = '0'] = /^(.*) ([^ ]*):(\d+)$/.exec(text) ?? [];
  const url = /\.[cm]?js$/.test(file) ? `file:///app/${file}` : file === '' ? '' : `node:${file.replace(/^node:/, '')}`;
  return { name: name === '(anon)' ? '' : name, url, line: Number(line), column: 1 };
}

class Tree {
  readonly functions: SampledFunction[] = [];
  readonly stacks: SampledStack[] = [];
  readonly #known = new Map<string, number>();

  add(frames: readonly SampledFunction[]): number {
    return frames.reduce((parent, frame) => {
      const index = this.#once(JSON.stringify(frame), this.functions, frame);
      return this.#once(`${parent} ${index}`, this.stacks, { parent, frame: index });
    }, -1);
  }

  isRecorder(stack: number): boolean {
    for (let at = stack; at >= 0; at = this.stacks[at]?.parent ?? -1) {
      const frame = this.functions[this.stacks[at]?.frame ?? -1];
      if (frame !== undefined && isRecorder(frame)) return true;
    }
    return false;
  }

  #once<T>(key: string, list: T[], value: T): number {
    const known = this.#known.get(key) ?? list.length;
    if (known === list.length) {
      this.#known.set(key, known);
      list.push(value);
    }
    return known;
  }
}

/** What the recorder itself kept in the heap of the program. */
function isRecorder({ name, url, line }: SampledFunction): boolean {
  return name === 'lkPoll' || url.endsWith('agent.cjs') || (url.endsWith('run1.cjs') && line >= 12 && line <= 19);
}

function framesOf(file: RecordedFile, stack: readonly number[] | string): readonly SampledFunction[] {
  if (typeof stack === 'string') return stack === '' ? [] : stack.split(' < ').map(functionOf);
  const frames = stack.map((index) => {
    const [name = '', url = '', line = 0, column = 0] = file.frames?.[index] ?? [];
    return { name, url, line, column };
  });
  return frames[0]?.name === '' && frames[0].url === '' ? frames.slice(1) : frames;
}

function seriesOf(file: RecordedFile): SurvivorSeries {
  const tree = new Tree();
  const stacks = file.stacks.map((stack) => tree.add(framesOf(file, stack)));
  let living = new Map<number, Survivor>();
  let clock = 0;
  const polls = file.polls.map((poll) => {
    const now = new Map<number, Survivor>();
    for (const [stack, ordinal, bytes] of poll.s) {
      clock = Math.max(clock, ordinal);
      if (!tree.isRecorder(stacks[stack] ?? -1)) now.set(ordinal, { stack: stacks[stack] ?? -1, ordinal, bytes });
    }
    const born = [...now.values()].filter(({ ordinal }) => !living.has(ordinal)).sort((a, b) => a.ordinal - b.ordinal);
    const died = [...living.keys()].filter((ordinal) => !now.has(ordinal));
    living = now;
    return { tMs: poll.t * 1000, clock, heapUsedBytes: poll.heap, externalBytes: poll.ext, born, died };
  });
  return { intervalBytes: file.KB * 1024, functions: tree.functions, stacks: tree.stacks, polls };
}

/** Synthetic workloads (`n_` clean, `p_` leaking) and published packages (`new` mended, `old` leaking). */
export function recordings(): readonly Recording[] {
  return ['synthetic', 'real'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => {
      const file = JSON.parse(gunzipSync(readFileSync(join(root, folder, name))).toString()) as RecordedFile;
      const leaks = folder === 'real' ? name.includes('.old.') : name.startsWith('p_');
      return { name: name.replace(/(?:\.poll)?\.json\.gz$/, ''), leaks, polls: file.polls, series: seriesOf(file) };
    }),
  );
}
