// clean: workflows are generators that a scheduler wakes from a heap of times; each keeps a journal and ends after two to eight seconds
// written: 2026-11-22
import { drive, every, traffic, upTo } from '../../driver.mjs';

class TimeHeap {
  #items = [];

  push(item) {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0 && items[(at - 1) >> 1].due > item.due) {
      items[at] = items[(at - 1) >> 1];
      at = (at - 1) >> 1;
    }
    items[at] = item;
  }

  popDue(now) {
    const items = this.#items;
    if (items.length === 0 || items[0].due > now) return undefined;
    const first = items[0];
    const last = items.pop();
    let at = 0;
    while (items.length > 0) {
      let child = at * 2 + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && items[child + 1].due < items[child].due) child += 1;
      if (items[child].due >= last.due) break;
      items[at] = items[child];
      at = child;
    }
    if (items.length > 0) items[at] = last;
    return first;
  }
}

class Compensated extends Error {}

function* shipping(id) {
  const journal = [];
  const step = (name) => journal.push({ name, id, at: Date.now(), data: Array.from({ length: 150 }, (_, at) => at * id) });
  try {
    for (let part = 0; part < 5; part += 1) {
      step(`part ${part}`);
      yield 400 + upTo(1_200);
      if (upTo(60) === 0) throw new Compensated(`part ${part} of ${id}`);
    }
    return { id, steps: journal.length };
  } finally {
    journal.length = 0;
  }
}

const heap = new TimeHeap();
const ended = [];

function resume(flow) {
  let next;
  try {
    next = flow.next();
  } catch (error) {
    if (!(error instanceof Compensated)) throw error;
    next = { done: true, value: { failed: error.message } };
  }
  if (!next.done) heap.push({ due: performance.now() + next.value, flow });
  else if (ended.push(next.value) > 200) ended.shift();
}

every(20, () => {
  const now = performance.now();
  for (let item = heap.popDue(now); item !== undefined; item = heap.popDue(now)) resume(item.flow);
});

await drive(
  (n) => {
    traffic(n);
    resume(shipping(n));
  },
  { perSecond: 100 },
);
