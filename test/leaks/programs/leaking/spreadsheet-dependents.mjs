// leaking: each recalculation of a cell registers it again with the cells it reads, beside its earlier registrations
// right: track, Sheet.track, recalculate, Sheet.recalculate
// rate: 140
// written: 2026-11-22
import { drive, traffic, upTo } from '../../driver.mjs';

class Sheet {
  #cells = new Map();
  #reading = null;

  define(name, formula) {
    this.#cells.set(name, { name, formula, value: 0, stale: true, dependents: [] });
  }

  track(cell) {
    if (this.#reading === null) return;
    const { name } = this.#reading;
    const path = `${cell.name} -> ${name}`;
    cell.dependents.push({ from: cell.name, to: name, cell: this.#reading, path, seen: [cell.value] });
  }

  recalculate(cell) {
    const outer = this.#reading;
    this.#reading = cell;
    cell.stale = false;
    cell.value = cell.formula((name) => this.read(name));
    this.#reading = outer;
  }

  read(name) {
    const cell = this.#cells.get(name);
    this.track(cell);
    if (cell.stale) this.recalculate(cell);
    return cell.value;
  }

  write(name, value) {
    const cell = this.#cells.get(name);
    cell.formula = () => value;
    this.#outdate(cell);
  }

  #outdate(cell) {
    cell.stale = true;
    for (const { cell: dependent } of cell.dependents) if (!dependent.stale) this.#outdate(dependent);
  }
}

const sheet = new Sheet();
for (let row = 0; row < 120; row += 1) {
  sheet.define(`A${row}`, () => row);
  sheet.define(`B${row}`, () => row * 2);
  sheet.define(`C${row}`, (read) => read(`A${row}`) + read(`B${row}`));
  sheet.define(`D${row}`, (read) => read(`C${row}`) * 1.2 + read(`A${row}`));
}

await drive(
  (n) => {
    traffic(n);
    const row = upTo(120);
    sheet.write(`A${row}`, n % 100);
    sheet.read(`D${row}`);
  },
  { perSecond: 210 },
);
