const history = [];

export function remember(order) {
  history.push({ order, at: Date.now() });
}
