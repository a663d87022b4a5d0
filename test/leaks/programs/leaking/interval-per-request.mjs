// leaking: an interval per connected client; clients leave, intervals stay
// right: connect
// rate: 90
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

function connect(n) {
  const client = { id: n, sent: 0, window: new Array(60).fill(0) };
  const heartbeat = setInterval(() => {
    client.sent += 1;
  }, 20_000);
  heartbeat.unref();
  return client;
}

await drive(
  (n) => {
    traffic(n);
    connect(n);
  },
  { perSecond: 100 },
);
