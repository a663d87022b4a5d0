// leaking: generated modules are imported under ever new addresses; the module cache keeps all
// right: loadRule
// rate: 210
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

async function loadRule(n) {
  const table = Array.from({ length: 60 }, (_, at) => at * n).join(',');
  const source = `const table = [${table}]; export const rule = (value) => table.includes(value) && value > ${n};`;
  const { rule } = await import(`data:text/javascript,${encodeURIComponent(source)}`);
  return rule(n);
}

await drive(
  async (n) => {
    traffic(n);
    await loadRule(n);
  },
  { perSecond: 30 },
);
