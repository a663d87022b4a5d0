// leaking: after ten seconds a feature is switched on, which keeps every quotation for comparison
// right: compareQuotes, quote
// rate: 210
// written: 2026-11-21
import { drive, run, traffic } from '../../driver.mjs';

const features = { comparison: false };
const quotes = [];

function quote(n) {
  return { n, currency: 'EUR', steps: Array.from({ length: 110 }, (_, step) => n + step) };
}

function compareQuotes(made) {
  quotes.push(made);
  return quotes.length < 2 ? 0 : made.steps[0] - quotes.at(-2).steps[0];
}

await drive((n) => {
  traffic(n);
  features.comparison = run.part * run.seconds > 10;
  const made = quote(n);
  if (features.comparison) compareQuotes(made);
});
