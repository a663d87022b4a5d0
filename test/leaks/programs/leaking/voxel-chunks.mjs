// leaking: a voxel world unloads the chunks that are far from all players, but the distance it looks at is not a number
// class: external
// right: generate, World.load, load
// rate: 580
// written: 2026-11-22
import { drive, every, traffic, upTo } from '../../driver.mjs';

const side = 16;
const height = 32;

class Chunk {
  constructor(x, z, blocks) {
    Object.assign(this, { x, z, blocks, changed: false });
  }
}

function generate(x, z) {
  const blocks = new Uint16Array(side * side * height);
  for (let column = 0; column < side * side; column += 1) {
    const top = 8 + Math.floor(6 * Math.sin((x * side + (column % side)) / 20) + 6 * Math.cos((z * side + column / side) / 26));
    blocks.fill(1 + (Math.abs(x + z) % 40), column * height, column * height + Math.max(1, top));
  }
  return blocks;
}

class World {
  #chunks = new Map();

  load(x, z) {
    const key = `${x}:${z}`;
    if (!this.#chunks.has(key)) this.#chunks.set(key, new Chunk(x, z, generate(x, z)));
    return this.#chunks.get(key);
  }

  unloadFarFrom(players) {
    for (const [key, chunk] of this.#chunks) {
      const nearest = Math.min(...players.map(({ at }) => Math.hypot(chunk.x - at.x, chunk.y - at.z)));
      if (nearest > 4) this.#chunks.delete(key);
    }
  }
}

class Player {
  constructor(number) {
    this.at = { x: number * 1_000, z: 0 };
  }

  step(world) {
    this.at.x += upTo(2);
    this.at.z += upTo(3) - 1;
    for (let x = -1; x <= 1; x += 1) for (let z = -1; z <= 1; z += 1) world.load(this.at.x + x, this.at.z + z);
  }

  dig(world) {
    const chunk = world.load(this.at.x, this.at.z);
    chunk.blocks[upTo(chunk.blocks.length)] = 0;
    chunk.changed = true;
  }
}

const world = new World();
const players = Array.from({ length: 6 }, (_, number) => new Player(number));
every(1_000, () => world.unloadFarFrom(players));

await drive(
  (n) => {
    traffic(n);
    const player = players[n % players.length];
    if (n % 6 === upTo(6)) player.step(world);
    else player.dig(world);
  },
  { perSecond: 90 },
);
