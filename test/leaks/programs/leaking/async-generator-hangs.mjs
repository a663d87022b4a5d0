// leaking: followers of a feed wait inside an async generator for the next entry of an archive that never changes
// right: follow, wait, Signal.wait, serve
// rate: 150
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

class Signal {
  #waiting = [];

  wait() {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  fire() {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

const archive = { entries: Array.from({ length: 10 }, (_, at) => ({ at })), changed: new Signal() };

async function* follow(topic, from) {
  let next = from;
  for (;;) {
    while (next < topic.entries.length) {
      yield topic.entries[next];
      next += 1;
    }
    await topic.changed.wait();
  }
}

async function serve(n) {
  const reader = { id: n, seen: [], filter: new Array(60).fill(n) };
  for await (const entry of follow(archive, 5)) reader.seen.push(entry.at);
}

await drive(
  (n) => {
    traffic(n);
    void serve(n);
  },
  { perSecond: 80 },
);
