// Prints the bytes of live memory (heap and array buffers) that holding a million resources costs beyond the resources themselves.
import { defineKind, ResourceRegistry } from '../dist/core/index.js';

const count = 1_000_000;
const resource = { [Symbol.dispose]() {} };

const variants = {
  ours() {
    const registry = new ResourceRegistry({ maxRows: 2 * count });
    const kind = defineKind({ type: 'custom', release: () => {} });
    for (let i = 0; i < count; i++) registry.track(resource, kind);
    return registry;
  },
  map() {
    const rows = new Map();
    for (let i = 0; i < count; i++) rows.set(i, fields(i));
    return rows;
  },
  set() {
    const rows = new Set();
    for (let i = 0; i < count; i++) rows.add(fields(i));
    return rows;
  },
  closures() {
    const list = [];
    for (let i = 0; i < count; i++) list.push(() => resource[Symbol.dispose](i));
    return list;
  },
  stack() {
    const stack = new DisposableStack();
    for (let i = 0; i < count; i++) stack.use(resource);
    return stack;
  },
};

function fields(id) {
  return {
    id,
    type: 'file',
    priority: 2,
    createdAt: id,
    lastUsed: id,
    maxAge: 0,
    critical: false,
    resource,
    verify: undefined,
    cleanup: undefined,
  };
}

function used() {
  for (let i = 0; i < 4; i++) globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const before = used();
const kept = variants[process.argv[2]]();
const after = used();
process.stdout.write(String((after - before) / count));
if (kept === undefined) process.exitCode = 1;
