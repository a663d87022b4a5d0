// leaking: a subscriber leaves without ending its iterator, which goes on collecting events
// right: publish, subscribe
// rate: 190
// written: 2026-11-21
import { EventEmitter, on } from 'node:events';
import { drive, traffic } from '../../driver.mjs';

const bus = new EventEmitter();
bus.setMaxListeners(0);
const abandoned = [];

async function subscribe() {
  const events = on(bus, 'tick');
  abandoned.push(events);
  await events.next();
}

function publish(n) {
  bus.emit('tick', { n, quotes: new Array(24).fill(n / 7) });
}

for (let subscriber = 0; subscriber < 3; subscriber += 1) void subscribe();

await drive(
  (n) => {
    traffic(n);
    publish(n);
  },
  { perSecond: 400 },
);
