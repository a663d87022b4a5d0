// clean: effects are disposed of with their widget, after two seconds
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const subscribers = new Set();

function effect(act) {
  const computation = { act, stale: false };
  subscribers.add(computation);
  return () => subscribers.delete(computation);
}

function showWidget(n) {
  const widget = { n, nodes: new Array(100).fill(n) };
  const dispose = effect(() => widget.nodes.length);
  setTimeout(dispose, 2_000);
}

await drive((n) => {
  traffic(n);
  showWidget(n);
});
