// clean: thumbnails in an lru-cache with a bound of bytes and five seconds to live; its dispose gives their buffers back to a small pool
// written: 2026-11-22
import { LRUCache } from 'lru-cache';
import { drive, every, traffic, upTo } from '../../driver.mjs';

const size = 20 * 1_024;

class Buffers {
  #free = [];
  made = 0;

  take() {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    this.made += 1;
    return Buffer.allocUnsafeSlow(size);
  }

  giveBack(buffer) {
    if (this.#free.length < 32) this.#free.push(buffer);
  }
}

const buffers = new Buffers();
const thumbnails = new LRUCache({
  maxSize: 9 * 1_024 * 1_024,
  sizeCalculation: ({ pixels }) => pixels.length,
  ttl: 5_000,
  ttlAutopurge: false,
  dispose: ({ pixels }) => buffers.giveBack(pixels),
});

function draw(path) {
  const pixels = buffers.take();
  for (let at = 0; at < size; at += 64) pixels[at] = (path.length * at) & 0xff;
  return { path, pixels, drawn: performance.now(), sizes: Array.from({ length: 20 }, (_, at) => at * 16) };
}

function thumbnail(path) {
  const known = thumbnails.get(path);
  if (known !== undefined) return known;
  const fresh = draw(path);
  thumbnails.set(path, fresh);
  return fresh;
}

const statistics = [];
every(1_000, () => {
  thumbnails.purgeStale();
  statistics.push({ made: buffers.made, held: thumbnails.size });
  if (statistics.length > 10) statistics.shift();
});

/** New pictures come all the time, and the latest are asked for most. */
await drive(
  (n) => {
    traffic(n);
    const latest = Math.floor(n / 2);
    thumbnail(`/pictures/${Math.max(0, latest - Math.floor(upTo(40) ** 2 / 10))}.jpg`);
  },
  { perSecond: 240 },
);
