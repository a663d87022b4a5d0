import type { Finding } from '../../wire/index.ts';

/** Where the guide tells more. */
const guide = 'docs/guide/leaks.md';
export const snapshotGuide = 'docs/guide/snapshot.md';

interface Suggestion {
  /** What the site called last before the object was made tells what it is kept by. */
  readonly calls: RegExp;
  readonly text: string;
  readonly section: string;
}

/** In this order: the first that fits the most frequent call wins. */
const suggestions: readonly Suggestion[] = [
  {
    calls:
      /^(?:(?:\w+\.)?(?:addListener|on|once|prependListener|addEventListener|_addListener|setMaxListeners)|EventEmitter\.init)$/,
    text: 'remove the listener when its owner goes (off, { once: true } or an AbortSignal)',
    section: 'listener',
  },
  {
    calls: /^(?:setInterval|setTimeout|setImmediate|Timeout|Immediate|insert)$/,
    text: 'clear the timer when what it serves is gone',
    section: 'timer',
  },
  {
    calls: /^(?:then|race|all|any|allSettled|Promise|catch|finally|withResolvers)$/,
    text: 'a promise that never settles keeps all that waits for it: settle it, give it a deadline, or abort it',
    section: 'promise',
  },
  {
    calls: /^(?:alloc|allocUnsafe|from|slice|subarray|Buffer|FastBuffer|allocate|concat|ArrayBuffer|Uint8Array)$/,
    text: 'a small slice keeps the whole buffer it was cut from: copy what is kept (Buffer.from(slice))',
    section: 'buffer',
  },
  {
    calls: /^(?:run|enterWith|AsyncResource|AsyncLocalStorage|bind|snapshot)$/,
    text: 'what is in an AsyncLocalStorage lives as long as anything that was started inside: keep little in it',
    section: 'context',
  },
  {
    calls: /^(?:set|add|Map|Set|push|unshift|splice|concat)$/,
    text: 'bound it or delete from it: what is put into a Map, Set or array stays until it is taken out',
    section: 'map',
  },
  {
    calls: /^(?:bind|Function|get .*)$/,
    text: 'a closure keeps all variables of the functions around it: let go of the closure',
    section: 'closure',
  },
];

const byCounter: Readonly<Record<string, Suggestion>> = {
  descriptors: {
    calls: /^$/,
    text: 'close what is opened, also on the way of an error: a scope or `await using` does',
    section: 'descriptor',
  },
  file: {
    calls: /^$/,
    text: 'close the file, also on the way of an error: a scope or `await using` does',
    section: 'descriptor',
  },
  directory: {
    calls: /^$/,
    text: 'close the directory, also on the way of an error: `for await` over it and `await using` do',
    section: 'descriptor',
  },
  socket: {
    calls: /^$/,
    text: 'end the connection, read or cancel every response body, and give it a timeout',
    section: 'socket',
  },
  'server-socket': { calls: /^$/, text: 'close idle connections: set keepAliveTimeout and a timeout', section: 'socket' },
  interval: { calls: /^$/, text: 'clear the interval when what it serves is gone', section: 'timer' },
  timeout: { calls: /^$/, text: 'clear the timer when what it serves is gone', section: 'timer' },
  process: { calls: /^$/, text: 'end the child and wait for its exit', section: 'child' },
  worker: { calls: /^$/, text: 'terminate the worker when its work is done, or use a pool', section: 'child' },
  watcher: { calls: /^$/, text: 'close the watcher when nobody needs it', section: 'descriptor' },
  temp: {
    calls: /^$/,
    text: 'remove temporary files when they are done with: tempFile() and tempDirectory() of watertight/temp do, also after a crash',
    section: 'temp',
  },
  zlib: {
    calls: /^$/,
    text: 'end or destroy the stream, also on the way of an error: pipeline() does',
    section: 'native',
  },
  external: { calls: /^$/, text: 'a small slice keeps the whole buffer it was cut from: copy what is kept', section: 'buffer' },
  shared: {
    calls: /^$/,
    text: 'let go of a SharedArrayBuffer when its job is done: in a table, and in each worker that it was posted to',
    section: 'buffer',
  },
  wasm: {
    calls: /^$/,
    text: 'let go of all that WebAssembly made with the memory, or use one instance again: a memory never shrinks',
    section: 'buffer',
  },
  native: {
    calls: /^$/,
    text: 'look at native addons, and at memory that the allocator keeps (MALLOC_ARENA_MAX, jemalloc)',
    section: 'native',
  },
};

function advice({ text, section }: Suggestion): Finding['try'][number] {
  return { text, guide: `${guide}#${section}` };
}

/** What to try, with the evidence that it rests on: the calls that made the survivors, most frequent first. */
export function suggestFor(calls: readonly { readonly label: string; readonly share: number }[]): Finding['try'] {
  for (const { label, share } of calls) {
    const found = suggestions.find((suggestion) => suggestion.calls.test(label));
    if (found !== undefined && share >= 0.05) {
      return [{ ...advice(found), text: `${found.text} (${Math.round(share * 100)} % of the survivors were made by ${label})` }];
    }
  }
  return [
    {
      text: 'find what the objects are put into (a Map, an array, a closure), and bound it or take them out again',
      guide: `${guide}#map`,
    },
  ];
}

/** Of what a package makes for its users: requests and responses, sockets. Its line tells less than who holds them. */
export function suggestSnapshots(name: string): Finding['try'] {
  return [{ text: `watertight run --snapshots tells who holds what ${name} made`, guide: snapshotGuide }];
}

/** Of a line of jobs that grows. */
export function suggestForLine(): Finding['try'] {
  return [
    {
      text: 'bound the queue: make who fills it wait, or turn work away, or empty it faster',
      guide: `${guide}#queue`,
    },
  ];
}

export function suggestForCounter(what: string): Finding['try'] {
  const found = byCounter[what];
  return found === undefined ? [] : [advice(found)];
}
