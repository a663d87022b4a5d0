// clean: a container with a scope per request, which is disposed of at its end
// written: 2026-11-21
class Scope {
  constructor(parent, makers) {
    this.parent = parent;
    this.makers = makers;
    this.instances = new Map();
    this.children = new Set();
    parent?.children.add(this);
  }

  resolve(name) {
    if (!this.instances.has(name)) this.instances.set(name, this.makers[name](this));
    return this.instances.get(name);
  }

  createScope() {
    return new Scope(this, this.makers);
  }

  dispose() {
    for (const child of this.children) child.dispose();
    this.instances.clear();
    this.parent?.children.delete(this);
  }
}

const root = new Scope(null, {
  session: () => ({ opened: Date.now(), rows: new Array(60).fill(0) }),
  orders: (scope) => ({ session: scope.resolve('session'), found: [] }),
});

async function handle(n) {
  const scope = root.createScope();
  try {
    scope.resolve('orders').found.push(n);
    await new Promise((resolve) => setTimeout(resolve, 40));
    if (n % 5 === 0) throw new Error('bad order');
  } finally {
    scope.dispose();
  }
}

import('../../driver.mjs').then(({ drive, traffic }) =>
  drive(
    async (n) => {
      traffic(n);
      await handle(n).catch(() => null);
    },
    { perSecond: 250 },
  ),
);
