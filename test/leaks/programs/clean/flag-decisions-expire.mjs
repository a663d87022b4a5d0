// clean: the decision on each feature flag is remembered for each visitor for four seconds; visitors are always new
// written: 2026-11-22
import { drive, every, traffic } from '../../driver.mjs';

const rules = [{ country: 'de' }, { country: 'fr' }];
const flags = Array.from({ length: 12 }, (_, at) => ({ name: `flag-${at}`, share: at * 8, rules }));
const decisions = new Map();

function decide(visitor, flag) {
  let hash = 17;
  for (const letter of `${flag.name}/${visitor}`) hash = (hash * 33 + letter.charCodeAt(0)) % 100_003;
  const why = flag.rules.map((rule) => ({ ...rule, matched: hash % 2 === 0 }));
  return { flag: flag.name, visitor, on: hash % 100 < flag.share, why };
}

function remembered(visitor, flag) {
  const key = `${visitor}/${flag.name}`;
  if (!decisions.has(key)) decisions.set(key, { decision: decide(visitor, flag), until: Date.now() + 4_000 });
  return decisions.get(key).decision.on;
}

function sweep() {
  const now = Date.now();
  for (const [key, { until }] of decisions) {
    if (until > now) break;
    decisions.delete(key);
  }
}

every(250, sweep);

await drive(
  (n) => {
    traffic(n);
    for (const flag of flags) remembered(`visitor-${n}`, flag);
  },
  { perSecond: 140 },
);
