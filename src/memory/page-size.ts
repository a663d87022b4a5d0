import { readFileSync } from 'node:fs';
import { endianness } from 'node:os';

/** Key of the page size in the vector that the kernel hands to every program. */
const pageSizeKey = 6;
const usual = 4096;
const is64Bit = !['arm', 'ia32', 'mips', 'mipsel', 'ppc', 's390'].includes(process.arch);

/** The size of a page, in which /proc counts memory: 4 096 bytes, on some ARM and POWER machines 16 or 64 KB. */
export function readPageSize(auxiliaryVector: string): number {
  try {
    const data = readFileSync(auxiliaryVector);
    const words = is64Bit ? 8 : 4;
    const at = (offset: number): number => {
      const low = endianness() === 'LE' || !is64Bit ? offset : offset + 4;
      return endianness() === 'LE' ? data.readUInt32LE(low) : data.readUInt32BE(low);
    };
    for (let offset = 0; offset + 2 * words <= data.length; offset += 2 * words) {
      if (at(offset) === pageSizeKey) return at(offset + words);
    }
  } catch {
    // Not readable (a hardened kernel, a permission model): the usual size is the best guess.
  }
  return usual;
}
