// leaking: tokens of a FinalizationRegistry whose targets are singletons
// right: track
// rate: 170
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const singletons = Array.from({ length: 5 }, (_, id) => ({ id }));
const registry = new FinalizationRegistry(() => {});

function track(n) {
  registry.register(singletons[n % 5], { n, opened: new Array(90).fill(n) });
}

await drive((n) => {
  traffic(n);
  track(n);
});
