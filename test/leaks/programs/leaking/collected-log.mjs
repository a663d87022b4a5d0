// leaking: a registry writes down each connection that was collected without having been closed, for a report
// right: open, report
// rate: 160
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const forgotten = [];

function report(held) {
  forgotten.push({ ...held, noticed: Date.now() });
}

const registry = new FinalizationRegistry(report);

function open(n) {
  const connection = { id: n, buffer: new Array(100).fill(n) };
  registry.register(connection, { id: n, origin: `pool-${n % 8}`, statements: new Array(70).fill(n) });
  return connection;
}

await drive(
  (n) => {
    traffic(n);
    open(n).buffer.fill(0);
  },
  { perSecond: 180 },
);
