// A program that owns three resources and leaves in the way that its first argument names. It writes one letter per step:
// S the synchronous resource was released, a the asynchronous release began, A it was completed 120 ms later (s: its synchronous
// stand-in ran instead).
import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { defaultRegistry, defineKind, installShutdown } from '../../dist/core/index.js';

const [way = 'natural', ...settings] = process.argv.slice(2);
const has = (name) => settings.includes(name);
const graceMs = Number(settings.find((text) => text.startsWith('grace='))?.slice(6) ?? 10_000);
const tell = (text) => void writeSync(1, text);

if (!has('off')) {
  const installed = installShutdown({ graceMs, ...(has('no-signals') ? { signals: false } : {}) });
  if (has('dispose')) installed[Symbol.dispose]();
  if (has('framework')) {
    process.on('SIGTERM', async () => {
      const { ok } = await installed.close();
      tell(ok ? ' closed' : ' not closed');
      process.exit(0);
    });
  }
}

const registry = defaultRegistry();
const plain = defineKind({ type: 'custom:plain', release: () => tell('S'), releaseSync: () => tell('S') });
const slow = defineKind({
  type: 'custom:slow',
  stack: 'always',
  release: async () => {
    tell('a');
    if (has('hang')) await new Promise(() => {});
    await sleep(120);
    tell('A');
  },
  releaseSync: () => tell('s'),
});
registry.register({}, slow, { name: 'the slow one' });
registry.register({}, plain);

if (has('logs')) process.on('SIGTERM', () => tell('L'));
if (has('signal-exit')) {
  // What the package keeps there: it does nothing at a signal as long as others listen.
  globalThis[Symbol.for('signal-exit emitter')] = {
    count: 1,
    emit: (event, code, signal) => tell(signal === 'SIGTERM' ? 'X' : '?'),
  };
  process.on('SIGTERM', () => {});
}
if (has('own-exit')) process.on('SIGTERM', () => setTimeout(() => process.exit(7), 30));
if (has('own-uncaught')) process.on('uncaughtException', () => tell('U'));
if (has('own-unhandled')) process.on('unhandledRejection', () => tell('R'));
if (has('code')) process.exitCode = 4;

const stay = () => setInterval(() => {}, 1_000);
const ways = {
  natural: () => {},
  exit: () => process.exit(3),
  throw: () => {
    if (!has('ends')) stay();
    setTimeout(() => {
      throw new Error('thrown where nobody catches');
    }, 1);
  },
  reject: () => {
    if (!has('ends')) stay();
    setTimeout(() => void Promise.reject(new Error('rejected where nobody looks')), 1);
  },
  wait: stay,
};
ways[way]();
// Whoever sends signals waits for this line.
if (way === 'wait') tell('ready\n');
