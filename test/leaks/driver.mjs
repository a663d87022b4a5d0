/**
 * The paced load that every program of the corpus runs under. Options of a program's command line:
 * `--seconds=N` (38), `--seed=N` (1), `--load=steady|changing` (steady), `--check=FILE`.
 * The same seed gives the same numbers. A program ends when its time is over.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';

const given = new Map(process.argv.slice(2).map((word) => word.replace(/^--/, '').split('=')));
const seconds = Number(given.get('seconds') ?? 38);
const seed = Number(given.get('seed') ?? 1);
const changing = given.get('load') === 'changing';
const checkFile = given.get('check');

/** `part`: how much of the run is over, 0 to 1. */
export const run = { seconds, seed, changing, part: 0 };

/** A source of numbers in [0, 1), the same for the same seed. */
function numbers(start) {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const random = numbers(seed * 7919 + 13);

/** A whole number from 0 up to `limit`, not included. */
export const upTo = (limit) => Math.floor(random() * limit);

export { sleep };

/** What any request does besides: some kilobytes that live no longer than the call. */
export function traffic(n) {
  const lines = [];
  for (let line = 0; line < 12; line += 1) lines.push({ line, of: n, price: (line * n) % 97, text: `item ${line} of ${n}` });
  const parsed = JSON.parse(JSON.stringify({ n, lines }));
  return parsed.lines.reduce((sum, line) => sum + line.price, 0);
}

const levels = [1, 0.4, 1.8, 0.7, 1.3, 0.25, 2, 0.6, 1.1, 0.9];
const loadNumbers = numbers(seed + 101);
const turns = levels.map((level) => ({ level, key: loadNumbers() })).sort((a, b) => a.key - b.key);

/** How strong the load is at a part (0 to 1) of the run: steady, or ten levels in an order that the seed decides. */
function levelAt(part) {
  return changing ? turns[Math.min(turns.length - 1, Math.floor(part * turns.length))].level : 1;
}

const repeated = [];

/** Calls `act` every `ms` milliseconds until the run ends; keeps no process alive. */
export function every(ms, act) {
  repeated.push(setInterval(() => act(), ms).unref());
}

const points = [];

/** What lives after full collections, for `check.mjs`. */
async function measure(at, count) {
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.();
    await turn();
  }
  const memory = process.memoryUsage();
  points.push({
    at,
    heap: memory.heapUsed,
    external: memory.external,
    rss: memory.rss,
    descriptors: process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0,
    count: count === undefined ? null : await count(),
  });
}

function fail(error) {
  console.error(error);
  process.exit(1);
}

/**
 * Calls `request(n)` `perSecond` times a second, does not wait for what it returns, and ends the process. Each call comes from outside of
 * JavaScript, as in a server: no function of this file is on its stack, and none can be inlined into another's.
 * `count`: what piles up apart from the heap, for the check of the label. `end`: called before the end, to remove what was left on the machine.
 */
export async function drive(request, { perSecond = 200, count, end } = {}) {
  const started = performance.now();
  let last = started;
  let due = 0;
  let n = 0;
  const checks = checkFile === undefined ? [] : [3, 4, 5, 6, 7, 8].map((ninth) => ninth / 9);
  for (;;) {
    const now = performance.now();
    const part = (now - started) / 1000 / seconds;
    if (part >= 1) break;
    run.part = part;
    if (checks.length > 0 && part >= checks[0]) {
      checks.shift();
      await measure((performance.now() - started) / 1000, count);
    }
    due = Math.min(due + ((now - last) / 1000) * perSecond * levelAt(part), perSecond);
    last = now;
    for (; due >= 1; due -= 1) {
      Promise.resolve(n).then(request).catch(fail);
      n += 1;
    }
    await sleep(10);
  }
  if (checkFile !== undefined) {
    await measure((performance.now() - started) / 1000, count);
    writeFileSync(checkFile, JSON.stringify({ requests: n, points }));
  }
  for (const timer of repeated) clearInterval(timer);
  await end?.();
  process.exit(0);
}
