export function makeOrder(n) {
  return {
    n,
    customer: { id: n * 7, name: `customer ${n}` },
    lines: Array.from({ length: 14 }, (_, line) => ({ line, sku: line * n })),
  };
}
