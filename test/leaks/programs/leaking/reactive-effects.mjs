// leaking: effects subscribe to a signal of the application and are never disposed of
// right: effect, signal, renderWidget, get, read
// rate: 180
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

let active = null;

function signal(value) {
  const subscribers = new Set();
  return {
    read() {
      if (active !== null) subscribers.add(active);
      return value;
    },
    write(next) {
      value = next;
      for (const subscriber of subscribers) subscriber.stale = true;
    },
  };
}

function effect(act) {
  const computation = { act, stale: false, dependencies: [] };
  active = computation;
  act();
  active = null;
}

const theme = signal('dark');

function renderWidget(n) {
  const widget = { n, nodes: Array.from({ length: 70 }, (_, node) => node * n) };
  effect(() => {
    widget.theme = theme.read();
  });
}

await drive((n) => {
  traffic(n);
  renderWidget(n);
});
