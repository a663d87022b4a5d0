// clean: one WebAssembly memory that grows to ten megabytes and stays
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const memory = new WebAssembly.Memory({ initial: 10, maximum: 160 });

await drive((n) => {
  traffic(n);
  if (n % 20 === 0 && memory.buffer.byteLength < 160 * 65_536) memory.grow(2);
  new Uint8Array(memory.buffer)[n % 655_360] = n & 255;
});
