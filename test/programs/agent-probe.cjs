// Prints all that a program can see of its host and that a preloaded agent could have changed. The same for every run.
'use strict';
const util = require('node:util');
const fs = require('node:fs');
const vm = require('node:vm');

function describe(holder, key) {
  const descriptor = Object.getOwnPropertyDescriptor(holder, key);
  if (!descriptor) return 'absent';
  const value = descriptor.value;
  const shape = typeof value === 'function' ? `${value.name}/${value.length}/${Reflect.ownKeys(value).map(String).join()}` : typeof value;
  return `${shape} ${Object.keys(descriptor).join()} ${descriptor.writable} ${descriptor.enumerable} ${descriptor.configurable}`;
}

const patched = [
  [globalThis, ['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval']],
  [require('node:timers'), ['setTimeout', 'setInterval']],
  [fs, ['open', 'openSync', 'close', 'closeSync', 'createReadStream', 'createWriteStream', 'watch', 'watchFile', 'mkdtemp', 'mkdtempSync', 'writeFileSync', 'mkdirSync', 'promises']],
  [fs.promises, ['open', 'mkdtemp', 'mkdir', 'writeFile', 'watch']],
  [require('node:net').Socket.prototype, ['connect']],
  [require('node:net').Server.prototype, ['listen']],
  [require('node:child_process').ChildProcess.prototype, ['spawn']],
  [Error, ['prepareStackTrace', 'stackTraceLimit', 'captureStackTrace']],
];

function listeners() {
  return process.eventNames().map((name) => `${String(name)} ${process.listenerCount(name)}`);
}

function look() {
  const env = { ...process.env };
  for (const key of ['NODE_OPTIONS', 'WATERTIGHT_RUN', 'WATERTIGHT_OPTIONS']) delete env[key];
  return {
    listeners: listeners(),
    // Requests of the program's own come and go.
    resources: process.getActiveResourcesInfo().filter((name) => !/^(?:FS|Close)Req/.test(name)).sort(),
    globals: Object.getOwnPropertyNames(globalThis).sort().join(),
    processKeys: Object.keys(process).sort().join(),
    execArgv: process.execArgv,
    argv: process.argv.slice(2),
    env: Object.keys(env).sort().join(),
    gc: [typeof globalThis.gc, vm.runInNewContext('typeof gc')],
    functions: patched.map(([holder, keys]) => keys.map((key) => `${key}: ${describe(holder, key)}`)),
    promisified: util.promisify(setTimeout).name,
    stack: new Error('here').stack.split('\n').length,
    umask: process.umask === undefined || !require('node:worker_threads').isMainThread ? 0 : process.umask(),
  };
}

let beforeExits = 0;
const warnings = [];
process.on('warning', (warning) => warnings.push(warning.name + warning.message));
process.on('beforeExit', () => {
  beforeExits += 1;
});

const stayMs = Number(process.env.PROBE_STAY_MS ?? 150);
const first = look();
let middle;
setTimeout(() => {
  middle = look();
  let closed;
  try {
    fs.closeSync(99_999);
  } catch (error) {
    closed = error.code;
  }
  middle.closed = closed;
}, stayMs);
const garbage = setInterval(() => new Array(1000).fill({}), 5);
setTimeout(() => clearInterval(garbage), stayMs);

// In a worker only that there is one: the main thread may have a descriptor open at this very moment.
const numberOf = (descriptor) => (require('node:worker_threads').isMainThread ? descriptor : typeof descriptor);
const handle = fs.openSync(__filename);
fs.readSync(handle, Buffer.alloc(5));
const numbers = [numberOf(handle)];
fs.closeSync(handle);
numbers.push(numberOf(fs.openSync(__filename)));
fs.promises.open(__filename).then(async (file) => {
  numbers.push(numberOf(file.fd));
  await file.close();
});

process.on('exit', (code) => {
  console.log(JSON.stringify({ code, beforeExits, warnings, first, middle, numbers, after: { ...look(), stack: 0 } }, null, 1));
});
