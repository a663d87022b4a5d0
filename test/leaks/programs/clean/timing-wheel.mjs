// clean: reservations run out after seven seconds, by a wheel of one slot a second
// written: 2026-11-21
import { drive, every, traffic } from '../../driver.mjs';

class Wheel {
  #slots;
  #at = 0;

  constructor(slots) {
    this.#slots = Array.from({ length: slots }, () => new Set());
  }

  add(item) {
    const last = (this.#at + this.#slots.length - 1) % this.#slots.length;
    this.#slots[last].add(item);
  }

  turn() {
    this.#at = (this.#at + 1) % this.#slots.length;
    const due = [...this.#slots[this.#at]];
    this.#slots[this.#at].clear();
    return due;
  }
}

const wheel = new Wheel(8);
const reservations = new Map();

function reserve(n) {
  const reservation = { n, seats: Array.from({ length: 90 }, (_, seat) => seat + n) };
  reservations.set(n, reservation);
  wheel.add(reservation);
}

every(1_000, () => {
  for (const { n } of wheel.turn()) reservations.delete(n);
});

await drive((n) => {
  traffic(n);
  reserve(n);
});
