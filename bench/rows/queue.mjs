import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PriorityLists } from '../../dist/core/queue-lists.js';
import { CleanupQueue } from '../../dist/core/index.js';
import { median } from '../measure.mjs';

const million = 1_000_000;
// p-queue inserts into a sorted array: a million would take hours.
const fewer = 50_000;

/** Always the same priorities, 0 to 3. */
function priorities() {
  let seed = 42;
  return Uint8Array.from({ length: million }, () => ((seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0) >>> 16) & 3);
}

/** The heap of the textbooks: objects and a comparison; nothing in it can be cancelled without a search. */
class BinaryHeap {
  #items = [];
  #count = 0;
  push(item, priority) {
    const items = this.#items;
    const entry = { item, priority, order: this.#count++ };
    let at = items.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(entry, items[parent])) break;
      items[at] = items[parent];
      at = parent;
    }
    items[at] = entry;
  }
  pop() {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (items.length > 0) this.#sink(last);
    return top.item;
  }
  #sink(entry) {
    const items = this.#items;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && before(items[child + 1], items[child])) child++;
      if (!before(items[child], entry)) break;
      items[at] = items[child];
      at = child;
    }
    items[at] = entry;
  }
}

const before = (a, b) => a.priority > b.priority || (a.priority === b.priority && a.order < b.order);

async function sortedQueue() {
  const main = createRequire(import.meta.url).resolve('p-queue');
  const { default: PriorityQueue } = await import(pathToFileURL(join(dirname(main), 'priority-queue.js')).href);
  return () => {
    const queue = new PriorityQueue();
    return { push: (item, priority) => queue.enqueue(item, { priority }), pop: () => queue.dequeue() };
  };
}

function cpuNs() {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

function fillAndDrain(queue, items, wanted, count) {
  const start = cpuNs();
  for (let i = 0; i < count; i++) queue.push(items[i], wanted[i]);
  for (let i = 0; i < count; i++) if (queue.pop() === undefined) throw new Error('an item was lost');
  return (cpuNs() - start) / count;
}

function addAndCancel(queue, items, wanted, count) {
  const handles = new Float64Array(count);
  for (let i = 0; i < count; i++) handles[i] = queue.push(items[i], wanted[i]);
  const start = cpuNs();
  // From the middle of the lists, in an order of its own: 7919 is prime to the count.
  for (let i = 0; i < count; i++)
    if (queue.cancel(handles[(i * 7919) % count]) === undefined) throw new Error('an item was lost');
  return (cpuNs() - start) / count;
}

async function taskNs(count) {
  const queue = new CleanupQueue({ maxLength: count });
  const task = () => {};
  const start = cpuNs();
  for (let i = 0; i < count; i++) queue.add(task, { priority: i & 3 });
  await queue.idle();
  return (cpuNs() - start) / count;
}

async function pQueueNs(count) {
  const { default: PQueue } = await import('p-queue');
  const queue = new PQueue({ concurrency: 10 });
  const task = () => {};
  const start = cpuNs();
  for (let i = 0; i < count; i++) void queue.add(task, { priority: i & 3 });
  await queue.onIdle();
  return (cpuNs() - start) / count;
}

function result(name, samples, ours = false) {
  return { name, ours, value: median(samples), low: Math.min(...samples), high: Math.max(...samples) };
}

async function inTurns(rounds, cases) {
  const samples = new Map(cases.map(([name]) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, run, every = 1] of cases) {
      if (round % every !== 0) continue;
      globalThis.gc?.();
      samples.get(name).push(await run());
    }
  }
  return cases.map(([name], index) => result(name, samples.get(name), index === 0));
}

/** Filled with a million items of four priorities, then emptied. */
export const queue = {
  title: 'cleanup queue: push + pop, 1 000 000 queued, 4 priorities, ageing, O(1) cancel',
  unit: 'ns of CPU',
  budget: 60,
  async measure() {
    const wanted = priorities();
    const items = Array.from({ length: million }, (_, index) => ({ index }));
    const standing = new PriorityLists();
    const makeSorted = await sortedQueue();
    fillAndDrain(standing, items, wanted, million);
    return inTurns(9, [
      ['watertight PriorityLists', () => fillAndDrain(standing, items, wanted, million)],
      ['the same, made new and growing', () => fillAndDrain(new PriorityLists(), items, wanted, million)],
      ['the same: cancel, anywhere in the list', () => addAndCancel(standing, items, wanted, million)],
      ['binary heap, made new', () => fillAndDrain(new BinaryHeap(), items, wanted, million), 3],
      [`p-queue ${pQueueVersion()} PriorityQueue, ${fewer} queued`, () => fillAndDrain(makeSorted(), items, wanted, fewer), 3],
    ]);
  },
};

function pQueueVersion() {
  const main = createRequire(import.meta.url).resolve('p-queue');
  return JSON.parse(readFileSync(join(dirname(main), '..', 'package.json'), 'utf8')).version;
}

/** Whole tasks: queued, called, counted. */
export const queuedTasks = {
  title: 'cleanup queue: one synchronous task, queued, called, counted, 50 000 at once',
  unit: 'ns of CPU',
  async measure() {
    return inTurns(5, [
      ['watertight CleanupQueue.add', () => taskNs(fewer)],
      [`p-queue ${pQueueVersion()} add, concurrency 10`, () => pQueueNs(fewer), 2],
    ]);
  },
};
