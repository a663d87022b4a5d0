import { ResourceRegistry, defineKind } from '../../dist/core/index.js';

const per = 1000;
const resource = {};
const standing = 10_000;
const plain = defineKind({ type: 'custom', release: () => {}, stack: 'off' });

/** What a program writes that keeps its own list. */
function mapCases() {
  const map = new Map();
  let lastId = 0;
  const add = (now) => {
    const id = ++lastId;
    map.set(id, {
      id,
      type: 'file',
      priority: 2,
      createdAt: now,
      lastUsed: now,
      maxAge: 0,
      critical: false,
      resource,
      verify: undefined,
      cleanup: undefined,
    });
    return id;
  };
  for (let i = 0; i < standing; i++) add(0);
  const pairs = (time) => () => {
    for (let i = 0; i < per; i++) map.delete(add(time()));
  };
  return [
    { name: 'Map + metadata object of 10 fields, no times', per, run: pairs(() => 0) },
    { name: 'Map + metadata object of 10 fields, Date.now()', per, run: pairs(() => Date.now()) },
  ];
}

/** The hot path: a row comes and goes among 10 000 others. */
export const track = {
  title: 'registry: track + untrack one resource',
  unit: 'ns of CPU',
  budget: 40,
  async cases() {
    const registry = new ResourceRegistry();
    for (let i = 0; i < standing; i++) registry.track(resource, plain);
    const run = () => {
      for (let i = 0; i < per; i++) registry.untrack(registry.track(resource, plain));
    };
    return [{ name: 'watertight track + untrack', ours: true, per, run }, ...mapCases()];
  },
};

/** The way with a guard: registered, released synchronously. */
export const guard = {
  title: 'registry: register a guard + release it',
  unit: 'ns of CPU',
  budget: 150,
  async cases() {
    const registry = new ResourceRegistry();
    for (let i = 0; i < standing; i++) registry.track(resource, plain);
    const run = () => {
      for (let i = 0; i < per; i++) registry.register(resource, plain).release();
    };
    const finalizer = new FinalizationRegistry(() => {});
    const collected = () => {
      for (let i = 0; i < per; i++) {
        const own = { value: resource };
        finalizer.register(own, i, own);
        finalizer.unregister(own);
      }
    };
    return [
      { name: 'watertight register + release', ours: true, per, run },
      ...mapCases(),
      { name: 'object + FinalizationRegistry register + unregister', per, run: collected },
    ];
  },
};
