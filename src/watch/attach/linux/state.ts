import { readFileSync, readlinkSync } from 'node:fs';

/** Whether the process has a handler for the signal, its own or Node's. */
export function catchesSignal(pid: number, signal: number): boolean {
  try {
    const mask = /^SigCgt:\s+([\da-f]+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return mask !== undefined && ((BigInt(`0x${mask}`) >> BigInt(signal - 1)) & 1n) === 1n;
  } catch {
    return false;
  }
}

/** Whether its ports on loopback are ours. */
export function sharesNetwork(pid: number): boolean {
  return readlinkSync(`/proc/${pid}/ns/net`) === readlinkSync('/proc/self/ns/net');
}

/** Whether the memory of other processes of this user may be read. */
export function mayReadMemory(): boolean {
  if (process.geteuid?.() === 0) return true;
  try {
    return readFileSync('/proc/sys/kernel/yama/ptrace_scope', 'latin1').trim() === '0';
  } catch {
    return true;
  }
}
