// clean: particles live one to five seconds in a grid of cells; cells that get empty are taken out
// written: 2026-11-22
import { drive, random, upTo } from '../../driver.mjs';

const grid = new Map();
const particles = [];
let tick = 0;

function cellOf({ x, y }) {
  return `${Math.floor(x / 20)}:${Math.floor(y / 20)}`;
}

function enter(particle) {
  particle.cell = cellOf(particle);
  if (!grid.has(particle.cell)) grid.set(particle.cell, new Set());
  grid.get(particle.cell).add(particle);
}

function leave(particle) {
  const cell = grid.get(particle.cell);
  cell.delete(particle);
  if (cell.size === 0) grid.delete(particle.cell);
}

function emit() {
  const until = tick + 60 + upTo(240);
  const particle = { x: 500, y: 500, dx: random() - 0.5, dy: random() - 0.5, until, trail: [], cell: '' };
  particles.push(particle);
  enter(particle);
}

function move(particle) {
  particle.x += particle.dx * 6;
  particle.y += particle.dy * 6;
  particle.trail.push({ x: particle.x, y: particle.y });
  if (cellOf(particle) === particle.cell) return;
  leave(particle);
  enter(particle);
}

function frame() {
  tick += 1;
  for (let count = 0; count < 4; count += 1) emit();
  for (let at = particles.length - 1; at >= 0; at -= 1) {
    const particle = particles[at];
    move(particle);
    if (particle.until > tick) continue;
    leave(particle);
    const last = particles.pop();
    if (at < particles.length) particles[at] = last;
  }
}

await drive(frame, { perSecond: 60 });
