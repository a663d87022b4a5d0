import { closeSync, openSync, readFileSync, readSync, readlinkSync } from 'node:fs';
import { findSymbol } from './symbols.ts';

/** libuv keeps its signal handlers in one tree per process; Node's own handler of SIGUSR1 does not go through it. */
const treeSymbol = 'uv__signal_tree';
/** Offsets in libuv's `uv_signal_t` on 64-bit systems; part of its stable ABI. */
const node = { bytes: 128, signal: 104, left: 112, right: 120 };
const maxNodes = 1000;
const maxSignal = 64;

function loadedAt(pid: number, file: string): bigint | undefined {
  for (const line of readFileSync(`/proc/${pid}/maps`, 'latin1').split('\n')) {
    const found = /^([\da-f]+)-[\da-f]+ \S+ 0+ /.exec(line);
    if (found?.[1] !== undefined && line.endsWith(file)) return BigInt(`0x${found[1]}`);
  }
  return undefined;
}

/** Signals in the tree; undefined when what was read cannot be the tree. */
function signalsIn(memory: number, root: bigint): ReadonlySet<number> | undefined {
  const signals = new Set<number>();
  const waiting = [root];
  const bytes = Buffer.alloc(node.bytes);
  for (let count = 0; waiting.length > 0; count += 1) {
    const address = waiting.pop() ?? 0n;
    if (address === 0n) continue;
    if (count > maxNodes || readSync(memory, bytes, 0, node.bytes, address) < node.bytes) return undefined;
    const signal = bytes.readInt32LE(node.signal);
    if (signal < 1 || signal > maxSignal) return undefined;
    signals.add(signal);
    waiting.push(bytes.readBigUInt64LE(node.left), bytes.readBigUInt64LE(node.right));
  }
  return signals;
}

function look(pid: number, signal: number): boolean | undefined {
  const file = readlinkSync(`/proc/${pid}/exe`);
  const symbol = findSymbol(`/proc/${pid}/exe`, treeSymbol);
  const base = symbol?.relative === true ? loadedAt(pid, file) : 0n;
  if (symbol === undefined || base === undefined) return undefined;
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    const root = Buffer.alloc(8);
    if (readSync(memory, root, 0, 8, base + symbol.address) < 8) return undefined;
    return signalsIn(memory, root.readBigUInt64LE())?.has(signal);
  } finally {
    closeSync(memory);
  }
}

/**
 * Whether the program itself listens for this signal (`process.on`). The system tells only that somebody does, and for SIGUSR1 Node always
 * does: so libuv's own list is read out of the memory of the process, which is not touched. Undefined where it cannot be told: a node
 * without symbols, a libuv of the system's, another kind of processor, or no leave to read the memory.
 */
export function hasOwnHandler(pid: number, signal: number): boolean | undefined {
  try {
    return look(pid, signal);
  } catch {
    return undefined;
  }
}
