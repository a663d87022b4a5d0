// leaking: an own WebAssembly memory for each tenant
// right: makeTenant
// class: external
// rate: 410
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const tenants = [];

function makeTenant(n) {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 4 });
  new Uint32Array(memory.buffer)[0] = n;
  tenants.push({ n, memory });
}

await drive(
  (n) => {
    traffic(n);
    if (n % 8 === 0) makeTenant(n);
  },
  { perSecond: 50 },
);
