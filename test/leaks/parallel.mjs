/** Calls `act(item, index)` for every item, at most `limit` at a time, and resolves when all are done. */
export async function inParallel(items, limit, act) {
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const at = next;
      next += 1;
      await act(items[at], at);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
}
