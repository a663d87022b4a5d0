// clean: a model holds its observers weakly and takes the collected ones out once a second; views hold on to what they observe
// written: 2026-11-22
import { drive, every, traffic } from '../../driver.mjs';

const names = new Map();
const collected = new FinalizationRegistry((id) => names.delete(id));

class Model {
  #observers = [];
  value = 0;

  observe(observer) {
    this.#observers.push(new WeakRef(observer));
  }

  set(value) {
    this.value = value;
    for (const reference of this.#observers) reference.deref()?.update(value);
  }

  prune() {
    this.#observers = this.#observers.filter((reference) => reference.deref() !== undefined);
  }
}

class View {
  constructor(id, model) {
    this.id = id;
    this.model = model;
    this.nodes = Array.from({ length: 30 }, (_, at) => ({ at, text: `view ${id} line ${at}` }));
    this.drawn = 0;
    model.observe(this);
    names.set(id, `view ${id}`);
    collected.register(this, id);
  }

  update(value) {
    this.drawn += 1;
    this.nodes[value % this.nodes.length].text = `value ${value}`;
  }
}

const models = Array.from({ length: 20 }, () => new Model());
const open = [];

function openView(n) {
  open.push(new View(n, models[n % models.length]));
  if (open.length > 60) open.shift();
}

every(1_000, () => {
  for (const model of models) model.prune();
});

await drive((n) => {
  traffic(n);
  openView(n);
  if (n % 10 === 0) models[(n / 10) % models.length].set(n);
});
