// leaking: a read stream is opened for each request and, when the client has the file already, never read
// right: sendFile
// class: counter
// rate: 0
// written: 2026-11-21
import { createReadStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { drive, traffic } from '../../driver.mjs';

const file = fileURLToPath(import.meta.url);

function sendFile(fresh) {
  const stream = createReadStream(file);
  stream.on('error', () => {});
  if (fresh) stream.resume();
  return stream;
}

const unread = new Set();

await drive(
  (n) => {
    traffic(n);
    const fresh = n % 8 !== 0;
    const stream = sendFile(fresh);
    if (!fresh) unread.add(stream);
  },
  { perSecond: 40 },
);
