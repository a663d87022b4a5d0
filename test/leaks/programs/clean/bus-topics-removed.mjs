// clean: a small event bus with a topic per order; the last one to leave a topic removes it
// written: 2026-11-21
import { drive, sleep, traffic, upTo } from '../../driver.mjs';

class Bus {
  #topics = new Map();

  on(name, handler) {
    if (!this.#topics.has(name)) this.#topics.set(name, { handlers: new Set(), past: [] });
    const topic = this.#topics.get(name);
    topic.handlers.add(handler);
    return () => {
      topic.handlers.delete(handler);
      if (topic.handlers.size === 0) this.#topics.delete(name);
    };
  }

  emit(name, event) {
    const topic = this.#topics.get(name);
    topic?.past.push(event);
    for (const handler of topic?.handlers ?? []) handler(event);
  }
}

const bus = new Bus();

async function follow(n) {
  const states = [];
  const off = bus.on(`order/${n}`, (event) => states.push(event.state));
  for (const state of ['paid', 'packed', 'sent']) {
    bus.emit(`order/${n}`, { state, stations: new Array(30).fill(n) });
    await sleep(100 + upTo(500));
  }
  off();
}

await drive(async (n) => {
  traffic(n);
  await follow(n);
});
