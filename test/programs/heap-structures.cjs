// Makes heaps whose structures are known, and writes snapshots of them: <folder> <what>
const { writeHeapSnapshot } = require('node:v8');
const { EventEmitter } = require('node:events');

const [folder, what] = process.argv.slice(2);
const write = (name) => writeHeapSnapshot(`${folder}/${name}.heapsnapshot`);

class Session {
  constructor(id) {
    this.id = id;
    this.note = `session ${id}`;
  }
}

const programs = {
  /** Sessions in a Map, listeners, a WeakMap, buffers that were given away. */
  structures() {
    const sessions = new Map();
    for (let id = 0; id < 200; id += 1) sessions.set(`s${id}`, new Session(id));
    class OnlyWeak {}
    const weak = new WeakMap();
    const keys = [];
    for (let at = 0; at < 30; at += 1) {
      const key = { at };
      weak.set(key, new OnlyWeak());
      keys.push(key);
    }
    class Away {
      constructor() {
        this.buffer = new ArrayBuffer(100_000);
        structuredClone(this.buffer, { transfer: [this.buffer] });
      }
    }
    class Here {
      constructor() {
        this.buffer = new ArrayBuffer(100_000);
      }
    }
    globalThis.kept = { sessions, weak, keys, away: new Away(), here: new Here() };
    write('one');
  },

  /** Closures in a Map. */
  closures: () => rounds((round, at, kept) => {
    const body = `${round}-${at}-${'x'.repeat(40)}`;
    kept.map.set(`${round}-${at}`, function remember() {
      return body;
    });
  }),

  /** Listeners that are never taken off. */
  listeners: () => rounds((round, at, kept) => {
    const socket = { round, at };
    kept.bus.on('change', function onChange() {
      return socket;
    });
  }),

  /** Objects in an array of arrays. */
  array: () => rounds((round, at, kept) => {
    kept.list.push([new Session(`${round}-${at}`)]);
  }),

  /** Plain text in an array. */
  strings: () => rounds((round, at, kept) => {
    kept.list.push(`line ${round}-${at} ${Math.random()}`);
  }),

  /** A chain. */
  chain: () => rounds((round, at, kept) => {
    kept.head = { next: kept.head, session: new Session(`${round}-${at}`) };
  }),

  /** A debugger comes and goes between the snapshots: V8 gives all objects new ids. */
  renumbered: () => rounds((round, at, kept) => {
    kept.list.push(new Session(`${round}-${at}`));
    if (at === 0) {
      const { Session: Inspector } = require('node:inspector');
      const inspector = new Inspector();
      inspector.connect();
      inspector.disconnect();
    }
  }),

  /** A cache that holds the last hundred, and work that leaves nothing. */
  clean: () => rounds((round, at, kept) => {
    kept.map.set(at % 100, new Session(`${round}-${at}`));
    kept.list = [new Session('last')];
    const once = () => undefined;
    kept.bus.once('change', once);
    kept.bus.off('change', once);
  }),
};

function rounds(step) {
  const bus = new EventEmitter();
  bus.setMaxListeners(0);
  const kept = { map: new Map(), list: [], head: null, bus };
  globalThis.kept = kept;
  for (let round = 0; round < 3; round += 1) {
    for (let at = 0; at < 300; at += 1) step(round, at, kept);
    write(round + 1);
  }
}

programs[what]();
