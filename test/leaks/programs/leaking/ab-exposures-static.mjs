// leaking: who has seen which variant of an experiment is kept in a static field, so that it is reported only once
// right: record, Exposure.record, Exposure
// rate: 120
// written: 2026-11-22
import { drive, traffic, upTo } from '../../driver.mjs';

const experiments = ['checkout-steps', 'green-button', 'long-titles', 'free-returns'];

class Exposure {
  static #seen = new Map();
  static #reported = 0;

  constructor(visitor, experiment, variant) {
    this.visitor = visitor;
    this.experiment = experiment;
    this.variant = variant;
    this.at = Date.now();
    this.properties = { device: visitor.length % 3, campaign: `spring-${variant}`, page: `/offers/${experiment}` };
  }

  static record(visitor, experiment, variant) {
    const key = `${visitor}/${experiment}/${variant}`;
    if (Exposure.#seen.has(key)) return false;
    Exposure.#seen.set(key, new Exposure(visitor, experiment, variant));
    Exposure.#reported += 1;
    return true;
  }
}

function variantFor(visitor, experiment) {
  let hash = 7;
  for (const letter of `${experiment}${visitor}`) hash = (hash * 31 + letter.charCodeAt(0)) % 65_521;
  return hash % 2 === 0 ? 'a' : 'b';
}

function assign(n) {
  const visitor = n % 3 === 0 ? `regular-${upTo(200)}` : `visitor-${n}`;
  for (const experiment of experiments) Exposure.record(visitor, experiment, variantFor(visitor, experiment));
}

await drive(
  (n) => {
    traffic(n);
    assign(n);
  },
  { perSecond: 120 },
);
