// clean: the whole configuration is replaced every five seconds
// written: 2026-11-21
import { drive, every, traffic, upTo } from '../../driver.mjs';

let revision = 0;
let config = makeConfig();

function makeConfig() {
  revision += 1;
  return {
    revision,
    routes: Array.from({ length: 8_000 }, (_, at) => ({ path: `/route/${at}`, target: `10.0.0.${at % 255}`, weight: at })),
  };
}

every(5_000, () => {
  config = makeConfig();
});

await drive((n) => {
  traffic(n);
  config.routes[upTo(8_000)].path.includes('7');
});
