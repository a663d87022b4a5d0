// clean: a recorder holds the last two hundred and forty segments of four cameras in rings of buffers, cut out when a door opens
// written: 2026-11-22
import { drive, traffic, upTo } from '../../driver.mjs';

class SegmentRing {
  #segments;
  #next = 0;

  constructor(length) {
    this.#segments = new Array(length).fill(null);
  }

  add(segment) {
    this.#segments[this.#next] = segment;
    this.#next = (this.#next + 1) % this.#segments.length;
  }

  *latest(count) {
    for (let back = 1; back <= count; back += 1) {
      const segment = this.#segments.at((this.#next - back) % this.#segments.length);
      if (segment === null) return;
      yield segment;
    }
  }
}

class Camera {
  ring = new SegmentRing(60);
  #partial = [];

  constructor(name) {
    this.name = name;
  }

  /** Four packets make a segment. */
  onPacket(packet) {
    this.#partial.push(packet);
    if (this.#partial.length < 4) return;
    const data = Buffer.concat(this.#partial.splice(0));
    this.ring.add({ data, at: Date.now(), camera: this.name, index: Array.from({ length: 30 }, (_, part) => part * 1_000) });
  }

  clip(count) {
    return Buffer.concat([...this.ring.latest(count)].reverse().map(({ data }) => data));
  }
}

const cameras = ['gate', 'yard', 'hall', 'roof'].map((name) => new Camera(name));
let lastClip = null;

function onDoor(camera) {
  lastClip = { camera: camera.name, bytes: camera.clip(8), opened: Date.now() };
}

await drive(
  (n) => {
    traffic(n);
    cameras[n % cameras.length].onPacket(Buffer.allocUnsafeSlow(6_000 + upTo(4_000)).fill(n & 0xff));
    if (n % 90 === 0) onDoor(cameras[upTo(cameras.length)]);
  },
  { perSecond: 120 },
);
