// leaking: what waits for a client that never becomes ready
// right: whenReady, send
// rate: 210
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const client = { ready: new Promise(() => {}), sent: 0 };

function whenReady(act) {
  void client.ready.then(act);
}

function send(n) {
  const packet = { n, bytes: new Array(100).fill(n & 255) };
  whenReady(() => {
    client.sent += packet.bytes.length;
  });
}

await drive((n) => {
  traffic(n);
  send(n);
});
