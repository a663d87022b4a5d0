import { scope } from '../../dist/core/index.js';

const per = 500;
const counter = { open: 0 };

class AsyncResource {
  constructor() {
    counter.open++;
  }
  async [Symbol.asyncDispose]() {
    counter.open--;
  }
}

class SyncResource {
  constructor() {
    counter.open++;
  }
  [Symbol.dispose]() {
    counter.open--;
  }
}

const hasSyntax = Number(process.versions.node.split('.')[0]) >= 24;

/** Node's own stack, or on Node 20 and 22 that of core-js, which does not touch a global that is there. */
async function stacks() {
  const own = globalThis.AsyncDisposableStack !== undefined;
  if (!own) await import('core-js/proposals/explicit-resource-management.js');
  return {
    Stack: globalThis.AsyncDisposableStack,
    SyncStack: globalThis.DisposableStack,
    from: own ? 'native' : 'core-js 3.51.0',
  };
}

async function effectCases() {
  const { createRequire } = await import('node:module');
  const { pathToFileURL } = await import('node:url');
  const path = createRequire(new URL('../large/package.json', import.meta.url)).resolve('effect');
  const { Effect } = await import(pathToFileURL(path).href);
  const acquire = Effect.acquireRelease(
    Effect.sync(() => void counter.open++),
    () => Effect.sync(() => void counter.open--),
  );
  const one = Effect.scoped(acquire);
  const run = async () => {
    for (let i = 0; i < per; i++) await Effect.runPromise(one);
  };
  return [{ name: 'Effect 4.1.0 scoped(acquireRelease), runPromise', per, run }];
}

/** `compileUsing` has made it: in a checkout that has not run the benchmarks there is none. */
const compiled = (folder) => new URL(`../build/${folder}/using.js`, import.meta.url).href;

export const asyncScope = {
  title: 'scope with 1 asynchronous resource',
  unit: 'ns of CPU',
  budget: 300,
  async cases({ large }) {
    const { Stack, from } = await stacks();
    const down = await import(compiled('down'));
    const native = hasSyntax ? await import(compiled('native')) : undefined;
    return [
      {
        name: 'watertight scope, use, close',
        ours: true,
        per,
        async run() {
          for (let i = 0; i < per; i++) {
            const own = scope();
            own.use(new AsyncResource());
            await own.close();
          }
        },
      },
      {
        name: 'watertight scope.run',
        per,
        async run() {
          for (let i = 0; i < per; i++) await scope().run((own) => void own.use(new AsyncResource()));
        },
      },
      {
        name: 'try/finally (keeps no list)',
        per,
        async run() {
          for (let i = 0; i < per; i++) {
            const resource = new AsyncResource();
            try {
              void resource;
            } finally {
              await resource[Symbol.asyncDispose]();
            }
          }
        },
      },
      { name: 'await using, down-levelled by tsc', per, run: () => down.awaitUsing(counter, per) },
      ...(native === undefined ? [] : [{ name: 'await using, native', per, run: () => native.awaitUsing(counter, per) }]),
      {
        name: `AsyncDisposableStack, ${from}`,
        per,
        async run() {
          for (let i = 0; i < per; i++) {
            const stack = new Stack();
            stack.use(new AsyncResource());
            await stack.disposeAsync();
          }
        },
      },
      ...(large ? await effectCases() : []),
    ];
  },
};

export const syncScope = {
  title: 'scope with 3 synchronous resources',
  unit: 'ns of CPU',
  budget: 130,
  async cases() {
    const { Stack, SyncStack, from } = await stacks();
    return [
      {
        name: 'watertight scope, 3 × use, close',
        ours: true,
        per,
        run() {
          for (let i = 0; i < per; i++) {
            const own = scope();
            own.use(new SyncResource());
            own.use(new SyncResource());
            own.use(new SyncResource());
            own.close();
          }
        },
      },
      {
        name: 'try/finally (keeps no list)',
        per,
        run() {
          for (let i = 0; i < per; i++) {
            const a = new SyncResource();
            const b = new SyncResource();
            const c = new SyncResource();
            try {
              void a;
            } finally {
              c[Symbol.dispose]();
              b[Symbol.dispose]();
              a[Symbol.dispose]();
            }
          }
        },
      },
      {
        name: `DisposableStack, ${from}`,
        per,
        run() {
          for (let i = 0; i < per; i++) {
            const stack = new SyncStack();
            stack.use(new SyncResource());
            stack.use(new SyncResource());
            stack.use(new SyncResource());
            stack.dispose();
          }
        },
      },
      {
        name: `AsyncDisposableStack, ${from}`,
        per,
        async run() {
          for (let i = 0; i < per; i++) {
            const stack = new Stack();
            stack.use(new SyncResource());
            stack.use(new SyncResource());
            stack.use(new SyncResource());
            await stack.disposeAsync();
          }
        },
      },
    ];
  },
};
