// leaking: a video relay lends counted frames from a pool; the last key frame of a track is held, and not given back when the layer changes
// class: external
// right: lend, FramePool.lend, receive, Track.receive
// rate: 400
// written: 2026-11-22
import { drive, traffic, upTo } from '../../driver.mjs';

class Frame {
  constructor(bytes) {
    this.bytes = bytes;
    this.holders = 0;
    this.length = 0;
  }
}

class FramePool {
  #free = [];
  #lent = new Set();

  lend(length) {
    const frame = this.#free.pop() ?? new Frame(Buffer.allocUnsafeSlow(24 * 1_024));
    frame.length = length;
    frame.holders = 1;
    this.#lent.add(frame);
    return frame;
  }

  hold(frame) {
    frame.holders += 1;
    return frame;
  }

  release(frame) {
    frame.holders -= 1;
    if (frame.holders > 0) return;
    this.#lent.delete(frame);
    if (this.#free.length < 40) this.#free.push(frame);
  }
}

const pool = new FramePool();

class Viewer {
  #queue = [];
  sent = 0;

  offer(frame) {
    this.#queue.push(pool.hold(frame));
    if (this.#queue.length > 3) pool.release(this.#queue.shift());
  }

  flush() {
    for (const frame of this.#queue.splice(0)) {
      this.sent += frame.bytes.readUInt32LE(0) & 0xff;
      pool.release(frame);
    }
  }
}

class Track {
  #layer = 0;
  #keyFrame = null;
  viewers = Array.from({ length: 6 }, () => new Viewer());

  receive(packet) {
    const frame = pool.lend(packet.length);
    frame.bytes.fill(packet.n & 0xff, 0, packet.length);
    if (packet.layer !== this.#layer) {
      this.#layer = packet.layer;
      this.#keyFrame = null;
    }
    if (packet.key) {
      if (this.#keyFrame !== null) pool.release(this.#keyFrame);
      this.#keyFrame = pool.hold(frame);
    }
    for (const viewer of this.viewers) viewer.offer(frame);
    pool.release(frame);
  }
}

const tracks = Array.from({ length: 5 }, () => new Track());
const senders = tracks.map(() => ({ layer: 0, sent: 0 }));

/** Senders adapt their layer to the line often, and begin each layer with a key frame. */
function nextPacket(n, sender) {
  const key = sender.sent % 6 === 0;
  sender.sent += 1;
  if (key) sender.layer = upTo(6);
  return { n, key, layer: sender.layer, length: 8_000 + upTo(16_000) };
}

await drive(
  (n) => {
    traffic(n);
    const at = n % tracks.length;
    tracks[at].receive(nextPacket(n, senders[at]));
    if (n % 2 === 0) for (const viewer of tracks[at].viewers) viewer.flush();
  },
  { perSecond: 125 },
);
