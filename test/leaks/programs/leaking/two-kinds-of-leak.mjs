// leaking: reminders of carts are set for tomorrow and not taken back, and suggestions are kept by what was typed
// right: remindOf, suggest, rank
// rate: 200
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const suggestions = Object.create(null);
const words = Array.from({ length: 400 }, (_, at) => `word${at}`);

function rank(typed) {
  return words.slice(typed.length % 50, (typed.length % 50) + 12).map((word, at) => ({ word, score: at / 7 }));
}

function suggest(typed) {
  suggestions[typed] ??= rank(typed);
  return suggestions[typed][0];
}

function remindOf(n) {
  const cart = { n, lines: new Array(80).fill(n) };
  setTimeout(() => traffic(cart.lines.length), 86_400_000);
}

await drive(
  (n) => {
    traffic(n);
    suggest(`shoes for ${n}`);
    if (n % 2 === 0) remindOf(n);
  },
  { perSecond: 140 },
);
