// clean: does nothing but one timer a second
// written: 2026-11-21
import { drive, every } from '../../driver.mjs';

let ticks = 0;
every(1_000, () => {
  ticks += 1;
});

await drive(() => ticks, { perSecond: 1 });
