// One variant of the row "live memory" in a process of its own. Prints bytes per entry, nothing when the variant cannot run here.
const count = 1_000_000;
const resource = { shared: true };
const entry = (id, now) => ({
  id,
  type: 'file',
  priority: id & 3,
  createdAt: now,
  lastUsed: now,
  maxAge: 60_000,
  critical: false,
  resource,
  verify: undefined,
  cleanup: undefined,
});

const variants = {
  async track() {
    const { ResourceRegistry, defineKind } = await import('../dist/core/index.js');
    const kind = defineKind({ type: 'file', release: () => {}, stack: 'off' });
    const registry = new ResourceRegistry();
    return () => {
      for (let i = 0; i < count; i++) registry.track(resource, kind);
      return registry;
    };
  },
  async map() {
    const map = new Map();
    return () => {
      for (let i = 0; i < count; i++) map.set(i, entry(i, i));
      return map;
    };
  },
  async 'map-date'() {
    const map = new Map();
    return () => {
      for (let i = 0; i < count; i++) map.set(i, entry(i, Date.now()));
      return map;
    };
  },
  async stack() {
    if (globalThis.DisposableStack === undefined) return undefined;
    const stack = new globalThis.DisposableStack();
    const own = { [Symbol.dispose]() {} };
    return () => {
      for (let i = 0; i < count; i++) stack.use(own);
      return stack;
    };
  },
};

function live() {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const fill = await variants[process.argv[2]]();
if (fill !== undefined) {
  const before = live();
  globalThis.kept = fill();
  process.stdout.write(String((live() - before) / count));
}
process.exit(0);
