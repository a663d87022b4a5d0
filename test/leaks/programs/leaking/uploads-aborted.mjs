// leaking: chunks of an upload are collected by its id; an upload that breaks off leaves its chunks behind
// right: receive, readChunk, upload
// class: external
// rate: 1290
// written: 2026-11-21
import { drive, sleep, traffic } from '../../driver.mjs';

const uploads = new Map();

function readChunk(id, part) {
  return Buffer.alloc(16 * 1024, `${id}/${part};`);
}

function receive(id, chunk) {
  if (!uploads.has(id)) uploads.set(id, []);
  uploads.get(id).push(chunk);
}

function finish(id) {
  const body = Buffer.concat(uploads.get(id));
  uploads.delete(id);
  return body.length;
}

async function upload(id) {
  for (let part = 0; part < 6; part += 1) {
    receive(id, readChunk(id, part));
    await sleep(20);
    if (id % 4 === 1 && part === 3) throw new Error('aborted');
  }
  return finish(id);
}

await drive(
  async (n) => {
    traffic(n);
    await upload(n).catch(() => 0);
  },
  { perSecond: 80 },
);
