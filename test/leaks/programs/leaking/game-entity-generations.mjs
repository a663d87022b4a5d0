// leaking: the number of an entity is used again with a new generation; trails are stored under both and removed by the number alone
// right: add, Store.add, spawn, World.spawn, makeTrail
// rate: 155
// written: 2026-11-22
import { drive, every, traffic, upTo } from '../../driver.mjs';

const generationUnit = 4_096;
const numberOf = (entity) => entity % generationUnit;

class Store extends Map {
  add(entity, component) {
    this.set(entity, component);
    return component;
  }

  remove(entity) {
    return this.delete(entity);
  }
}

/** Older than the generations: where a number was all there was to an entity. */
class TrailStore extends Store {
  remove(entity) {
    return super.remove(numberOf(entity));
  }
}

class World {
  #free = [];
  #generations = new Uint16Array(generationUnit);
  #made = 0;
  positions = new Store();
  lives = new Store();
  trails = new TrailStore();

  spawn(x, y) {
    const number = this.#free.pop() ?? this.#made++;
    this.#generations[number] += 1;
    const entity = this.#generations[number] * generationUnit + number;
    this.positions.add(entity, { x, y, dx: upTo(9) - 4, dy: upTo(9) - 4 });
    this.lives.add(entity, { frames: 20 + upTo(50) });
    this.trails.add(entity, makeTrail(x, y));
    return entity;
  }

  destroy(entity) {
    for (const store of [this.positions, this.lives, this.trails]) store.remove(entity);
    this.#free.push(numberOf(entity));
  }
}

function makeTrail(x, y) {
  return Array.from({ length: 16 }, () => ({ x: x + 0.5, y: y + 0.5 }));
}

const world = new World();

function move() {
  for (const [entity, position] of world.positions) {
    position.x += position.dx;
    position.y += position.dy;
    const trail = world.trails.get(entity);
    const oldest = trail.shift();
    oldest.x = position.x + 0.5;
    oldest.y = position.y + 0.5;
    trail.push(oldest);
    const life = world.lives.get(entity);
    life.frames -= 1;
    if (life.frames === 0) world.destroy(entity);
  }
}

every(33, move);

await drive(
  (n) => {
    traffic(n);
    world.spawn(upTo(800), upTo(600));
  },
  { perSecond: 120 },
);
