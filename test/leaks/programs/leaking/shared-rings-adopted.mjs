// leaking: each session shares a ring of samples with an analysing worker; the worker gets the end of a session under a text, not a number
// class: external
// right: openSession, adopt, Analyser.adopt
// rate: 320
// written: 2026-11-22
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

class Analyser {
  #rings = new Map();

  adopt(id, shared) {
    this.#rings.set(id, { id, head: new Int32Array(shared, 0, 2), samples: new Float32Array(shared, 8), peak: 0 });
  }

  look(id) {
    const ring = this.#rings.get(id);
    const until = Atomics.load(ring.head, 0);
    for (let at = Math.max(0, until - 64); at < until; at += 1)
      ring.peak = Math.max(ring.peak, ring.samples[at % ring.samples.length]);
    return ring.peak;
  }

  drop(id) {
    return this.#rings.delete(id);
  }
}

if (isMainThread) {
  const { drive, random, traffic, upTo } = await import('../../driver.mjs');
  const worker = new Worker(new URL(import.meta.url));
  const sessions = new Map();
  const peaks = new Float32Array(256);
  let opened = 0;
  worker.on('message', ({ id, peak }) => {
    peaks[id % peaks.length] = peak;
  });

  const openSession = () => {
    const shared = new SharedArrayBuffer(8 + 16 * 1_024);
    const session = { id: opened, head: new Int32Array(shared, 0, 2), samples: new Float32Array(shared, 8), left: 20 + upTo(40) };
    opened += 1;
    sessions.set(session.id, session);
    worker.postMessage({ open: session.id, shared });
  };

  const record = (session) => {
    for (let sample = 0; sample < 32; sample += 1)
      session.samples[(session.head[0] + sample) % session.samples.length] = random();
    Atomics.add(session.head, 0, 32);
    session.left -= 1;
    worker.postMessage({ look: session.id });
    if (session.left > 0) return;
    sessions.delete(session.id);
    worker.postMessage({ close: `${session.id}` });
  };

  await drive(
    (n) => {
      traffic(n);
      if (n % 5 === 0) openSession();
      if (n % 5 === 0) for (const session of sessions.values()) record(session);
    },
    { perSecond: 100, count: () => Math.round(process.memoryUsage().arrayBuffers / 16_384) },
  );
} else {
  const analyser = new Analyser();
  parentPort.on('message', ({ open, shared, look, close }) => {
    if (open !== undefined) analyser.adopt(open, shared);
    else if (look !== undefined) parentPort.postMessage({ id: look, peak: analyser.look(look) });
    else analyser.drop(close);
  });
}
