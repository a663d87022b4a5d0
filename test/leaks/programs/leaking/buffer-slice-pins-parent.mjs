// leaking: sixteen bytes are kept of every packet, and pin all of it
// right: readPacket, keepHeader
// class: external
// rate: 320
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const headers = [];

function readPacket(n) {
  const packet = Buffer.alloc(32_768);
  packet.writeUInt32BE(n, 0);
  return packet;
}

function keepHeader(packet) {
  headers.push(packet.subarray(0, 16));
}

await drive(
  (n) => {
    traffic(n);
    for (let part = 0; part < 4; part += 1) {
      const packet = readPacket(n * 4 + part);
      if (part === 0 && n % 10 === 0) keepHeader(packet);
    }
  },
  { perSecond: 100 },
);
