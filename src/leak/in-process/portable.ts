/** Not told without /proc. */
export function descriptors(): number | null {
  return null;
}

/** Not told without /proc. */
export function threads(): number | null {
  return null;
}
