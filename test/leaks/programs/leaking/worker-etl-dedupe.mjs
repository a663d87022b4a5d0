// leaking: a step of an ETL chain, inside a worker thread, keeps each row by its key to find repetitions; the others are clean
// right: accept, Dedupe.accept, run, Step.run, parseRow
// rate: 115
// written: 2026-11-22
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

class Step {
  constructor(next) {
    this.next = next;
    this.taken = 0;
  }

  accept() {
    return true;
  }

  run(row) {
    this.taken += 1;
    if (this.accept(row)) this.next?.run(row);
  }
}

class Dedupe extends Step {
  #known = new Map();

  accept(row) {
    const earlier = this.#known.get(row.key);
    if (earlier !== undefined && earlier.version >= row.version) return false;
    this.#known.set(row.key, row);
    return true;
  }
}

class Totals extends Step {
  #totals = new Map();

  accept(row) {
    this.#totals.set(row.shop, (this.#totals.get(row.shop) ?? 0) + row.amount);
    return true;
  }
}

class Recent extends Step {
  #last = [];

  accept(row) {
    this.#last.push(row);
    return this.#last.length > 200 ? this.#last.shift() !== row : true;
  }
}

function parseRow(line) {
  const [key, version, shop, amount, ...articles] = line.split(';');
  return { key, version: Number(version), shop, amount: Number(amount), articles: articles.map(Number) };
}

if (isMainThread) {
  const { drive, traffic, upTo } = await import('../../driver.mjs');
  const worker = new Worker(new URL(import.meta.url));
  let used = 0;
  worker.on('message', (answer) => {
    used = answer;
  });
  await drive(
    (n) => {
      traffic(n);
      const lines = Array.from({ length: 6 }, (_, at) => `row-${n * 5 + at};1;shop ${upTo(30)};${upTo(90)};${n};${at};7;11;13`);
      worker.postMessage(lines.join('\n'));
    },
    { perSecond: 100, count: () => Math.round(used / 1024) },
  );
} else {
  const chain = new Totals(new Dedupe(new Recent()));
  let taken = 0;
  parentPort.on('message', (text) => {
    for (const line of text.split('\n')) chain.run(parseRow(line));
    taken += 1;
    if (taken % 50 === 0) parentPort.postMessage(process.memoryUsage().heapUsed);
  });
}
