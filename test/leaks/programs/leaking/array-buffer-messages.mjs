// leaking: copies of messages, for a replay that nobody asks for
// right: remember
// class: external
// rate: 250
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const replay = [];

function remember(message) {
  replay.push(structuredClone(message));
}

await drive(
  (n) => {
    traffic(n);
    remember({ n, body: new ArrayBuffer(5_000) });
  },
  { perSecond: 50 },
);
