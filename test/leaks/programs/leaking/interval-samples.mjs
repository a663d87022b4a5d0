// leaking: a sampler per device, forty in all, pushes to the array that its interval closes over
// right: startSampler
// rate: 45
// written: 2026-11-21
import { drive, random, traffic } from '../../driver.mjs';

function startSampler(device) {
  const samples = [];
  const started = performance.now();
  setInterval(() => {
    const value = 20 + random() * 5;
    samples.push({ device, at: performance.now() - started, value, unit: 'degrees' });
    device.latest = value;
  }, 100);
}

const devices = Array.from({ length: 40 }, (_, id) => ({ id, latest: 0 }));
devices.forEach(startSampler);

await drive((n) => {
  traffic(n);
  return devices[n % 40].latest;
});
