import type { Bytes } from '../../kernel/units.ts';

/** Objects are laid out at multiples of this. */
const alignment: Bytes = 8;

/** How many objects of a size one sample stands for, as V8 weights it: one of `1 - e^(-size / interval)` of them is sampled, and it rounds. */
function countOf(size: Bytes, interval: Bytes): number {
  return Math.floor(1 / (1 - Math.exp(-size / interval)) + 0.5);
}

/**
 * How many objects a sample stands for, from the bytes that it stands for. V8 gives out the product of size and count: the size is the one that
 * gives this product. Where none does (a neighbour's interval was guessed) the answer is the nearest. At least 1.
 */
export function objectsOf(bytes: Bytes, interval: Bytes): number {
  if (!(interval > 0) || !(bytes > interval)) return 1;
  const least = Math.ceil((bytes - interval) / alignment) * alignment;
  const most = Math.min(bytes, 2 * least + alignment);
  for (let size = least; size <= most; size += alignment) {
    if (countOf(size, interval) * size === bytes) return bytes / size;
  }
  return Math.max(1, Math.round(bytes / least));
}
