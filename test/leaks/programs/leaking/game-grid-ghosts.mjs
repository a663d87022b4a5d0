// leaking: a shot that crosses into the next cell of the grid slantwise is entered there, but not taken out of the old one
// right: relocate, World.relocate, spawn, World.spawn, advance, World.advance
// rate: 220
// written: 2026-11-22
import { drive, random } from '../../driver.mjs';

const size = 50;

class World {
  #grid = new Map();
  #shots = new Set();
  #tick = 0;

  #cell(column, row) {
    const key = column * 1_000 + row;
    let cell = this.#grid.get(key);
    if (cell === undefined) this.#grid.set(key, (cell = new Set()));
    return cell;
  }

  spawn() {
    const angle = random() * Math.PI * 2;
    const shot = { x: 1_000, y: 1_000, dx: Math.cos(angle) * 9, dy: Math.sin(angle) * 9, until: this.#tick + 70, trail: [] };
    this.#shots.add(shot);
    this.#cell(20, 20).add(shot);
  }

  relocate(shot, x, y) {
    const [column, row] = [Math.floor(shot.x / size), Math.floor(shot.y / size)];
    const [toColumn, toRow] = [Math.floor(x / size), Math.floor(y / size)];
    if (column !== toColumn && row === toRow) this.#cell(column, row).delete(shot);
    else if (column === toColumn && row !== toRow) this.#cell(column, row).delete(shot);
    this.#cell(toColumn, toRow).add(shot);
  }

  advance() {
    this.#tick += 1;
    for (const shot of this.#shots) {
      const next = { x: shot.x + shot.dx, y: shot.y + shot.dy };
      this.relocate(shot, next.x, next.y);
      Object.assign(shot, next);
      shot.trail.push(next);
      if (shot.trail.length > 24) shot.trail.shift();
      if (shot.until <= this.#tick) this.remove(shot);
    }
  }

  remove(shot) {
    this.#shots.delete(shot);
    this.#cell(Math.floor(shot.x / size), Math.floor(shot.y / size)).delete(shot);
  }

  frame() {
    const drawn = [];
    for (const { x, y, trail } of this.#shots) drawn.push({ x, y, line: trail.map((point) => ({ ...point, alpha: 0.5 })) });
    return JSON.stringify(drawn.slice(0, 40)).length;
  }
}

const world = new World();

await drive(
  () => {
    world.spawn();
    world.spawn();
    world.spawn();
    world.advance();
    world.frame();
  },
  { perSecond: 60 },
);
