import type { ThreadHeader, WireRecord } from './records.ts';

/** The first line of a data file, with its line end. */
export function encodeHeader(header: ThreadHeader): string {
  return `${JSON.stringify(header)}\n`;
}

/** One line of a data file, with its line end. */
export function encodeRecord(record: WireRecord): string {
  return `${JSON.stringify(record)}\n`;
}

type Check = (value: unknown) => boolean;
const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const isNumberOrNull: Check = (value) => value === null || isNumber(value);
const isText: Check = (value) => typeof value === 'string';
const isTextOrNull: Check = (value) => value === null || isText(value);
const isNumbers: Check = (value) => Array.isArray(value) && value.every(isNumber);
const isTexts: Check = (value) => Array.isArray(value) && value.every(isText);
const isFrame: Check = (value) =>
  Array.isArray(value) && isText(value[0]) && isNumber(value[1]) && isNumber(value[2]) && isText(value[3]);
const isFrames: Check = (value) => Array.isArray(value) && value.every(isFrame);
const isCount: Check = (value) => Array.isArray(value) && isText(value[0]) && isNumber(value[1]) && isNumber(value[2]);
const isCounts: Check = (value) => Array.isArray(value) && value.every(isCount);

function repeat(check: Check, count: number): Check[] {
  return Array.from({ length: count }, () => check);
}

/** What stands behind the kind, by kind. */
const shapes: Readonly<Record<WireRecord[0], readonly Check[]>> = {
  s: [...repeat(isNumber, 6), isNumberOrNull, isNumber, isNumber, isNumber, isNumberOrNull],
  h: [isNumber, isNumber],
  g: [isNumber, isText, isNumber, isNumber, isNumber],
  G: repeat(isNumber, 5),
  f: [isNumber, isFrames],
  m: [isNumber, isNumber, isText, isNumber, isNumber],
  '+': [isNumber, isNumber, isText, isNumber, isText, isNumber],
  '-': [isNumber, isNumber],
  k: [isNumber, isNumbers],
  n: [isNumber, isCounts],
  c: [isNumber, isNumber, isTexts, isText],
  o: [isNumber, isText, isNumber, isText, isTextOrNull, isTextOrNull, isTextOrNull, isTextOrNull],
  O: [isNumber, isNumber, isNumber],
  w: [isNumber, isText, isNumber, isNumber, isText],
  F: [isNumber, isText, isText, isNumber, isNumber],
  M: [isNumber, isText, isNumber, isNumber],
  t: [isNumber, isNumber, isNumber],
  p: [...repeat(isNumber, 6), isNumbers, isNumbers],
  q: repeat(isNumber, 2),
  u: repeat(isNumber, 2),
  '!': [isNumber, isText, isText],
  d: [isNumber, isText],
  x: [isNumber, isText, isNumber, isTextOrNull],
};

const headerShape: Readonly<Record<keyof ThreadHeader, Check>> = {
  wt: isNumber,
  pid: isNumber,
  start: isNumber,
  tid: isNumber,
  thread: isText,
  name: isTextOrNull,
  ppid: isNumber,
  node: isText,
  platform: isText,
  argv: isTexts,
  execArgv: isTexts,
  cwd: isText,
  t0: isNumber,
  heapLimitBytes: isNumber,
};

function asHeader(value: object): ThreadHeader | undefined {
  const fields = value as Readonly<Record<string, unknown>>;
  if (!isNumber(fields['wt'])) return undefined;
  for (const [key, check] of Object.entries(headerShape)) if (!check(fields[key])) return undefined;
  return value as ThreadHeader; // every field was checked above
}

function asRecord(value: readonly unknown[]): WireRecord | undefined {
  const kind = value[0];
  if (typeof kind !== 'string' || !Object.hasOwn(shapes, kind)) return undefined;
  const checks = shapes[kind as WireRecord[0]];
  for (const [at, check] of checks.entries()) if (!check(value[at + 1])) return undefined;
  return value as unknown as WireRecord; // every element was checked above
}

/**
 * What a line of a data file says; `undefined` for a line that is cut off, corrupt, or of a kind that this version does
 * not know. Never throws. A header of a newer version is returned as long as it has the fields of this one: look at `wt`.
 */
export function parseLine(text: string): ThreadHeader | WireRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (Array.isArray(value)) return asRecord(value);
  return typeof value === 'object' && value !== null ? asHeader(value) : undefined;
}

/** Whether what {@link parseLine} returned is the header of the file. */
export function isHeader(line: ThreadHeader | WireRecord): line is ThreadHeader {
  return !Array.isArray(line);
}
