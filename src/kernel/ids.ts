declare const idBrand: unique symbol;

/**
 * Names one resource for as long as the process runs: its slot and how often that slot was taken before. An id is never given
 * twice, and 0 is never an id. A safe integer.
 */
export type ResourceId = number & { readonly [idBrand]: true };

/** Slots are the low 24 bits. */
export const maxSlots: number = 2 ** 24;
/** Generations are the 28 bits above; a slot that reaches the last one is retired. */
export const lastGeneration: number = 2 ** 28 - 1;

const slotMask = maxSlots - 1;

export function makeId(slot: number, generation: number): ResourceId {
  // The brand exists in types only.
  return (generation * maxSlots + slot) as ResourceId;
}

export function slotOf(id: number): number {
  return id & slotMask;
}

export function generationOf(id: number): number {
  return (id - (id & slotMask)) / maxSlots;
}
