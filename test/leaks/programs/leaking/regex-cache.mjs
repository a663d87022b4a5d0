// leaking: compiled search patterns are cached, and users type anything
// right: patternFor, search
// rate: 320
// written: 2026-11-21
import { drive, random, traffic } from '../../driver.mjs';

const patterns = new Map();

function patternFor(words) {
  let pattern = patterns.get(words);
  if (pattern === undefined) {
    pattern = new RegExp(
      words
        .split(' ')
        .map((word) => `(?:${word}s?)`)
        .join('|'),
      'i',
    );
    patterns.set(words, pattern);
  }
  return pattern;
}

function search(n) {
  const words = [n, random().toString(36).slice(2), 'shoes', 'red', random().toString(36).slice(2)].join(' ');
  return patternFor(words).test('some red shoes of size 42');
}

await drive((n) => {
  traffic(n);
  search(n);
});
