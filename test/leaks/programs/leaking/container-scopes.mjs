// leaking: a container remembers each request's scope to dispose of it at shutdown; no request disposes of its own
// right: createScope, Container.createScope, resolve, handle
// rate: 190
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

class Container {
  #makers = new Map();
  #instances = new Map();
  #scopes = [];

  register(name, maker) {
    this.#makers.set(name, maker);
    return this;
  }

  resolve(name) {
    if (!this.#instances.has(name)) this.#instances.set(name, this.#makers.get(name)(this));
    return this.#instances.get(name);
  }

  createScope() {
    const scope = new Container();
    for (const [name, maker] of this.#makers) scope.register(name, maker);
    this.#scopes.push(scope);
    return scope;
  }
}

const root = new Container()
  .register('clock', () => ({ now: () => Date.now() }))
  .register('orders', (scope) => ({ clock: scope.resolve('clock'), rows: new Array(40).fill(0) }))
  .register('cart', (scope) => ({ orders: scope.resolve('orders'), lines: [] }));

function handle(n) {
  const scope = root.createScope();
  scope.resolve('cart').lines.push(n);
}

await drive(
  (n) => {
    traffic(n);
    handle(n);
  },
  { perSecond: 160 },
);
