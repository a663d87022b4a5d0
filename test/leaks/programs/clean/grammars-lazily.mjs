// clean: seventy grammars of a highlighter are compiled when first used, ten a second, all of them in the first seven seconds
// written: 2026-11-22
import { drive, traffic, upTo } from '../../driver.mjs';

const grammars = new Map();
const started = Date.now();

function compileGrammar(id) {
  const words = Array.from({ length: 60 }, (_, at) => `keyword${id}x${at}`);
  const tokens = new RegExp(`(?<word>\\b(?:${words.join('|')})\\b)|(?<number>\\d+)|(?<name>\\w+)`, 'g');
  const classes = Object.fromEntries(words.map((word) => [word, `hl-${id}-${word}`]));
  const cases = words.map((word, at) => `case '${word}': return ${at};`).join(' ');
  const rank = new Function('word', `switch (word) { ${cases} default: return -1; }`);
  return { id, tokens, classes, rank };
}

function grammarFor(id) {
  if (!grammars.has(id)) grammars.set(id, compileGrammar(id));
  return grammars.get(id);
}

function highlight(id, text) {
  const { tokens, classes, rank } = grammarFor(id);
  const out = [];
  for (const { 0: token, groups } of text.matchAll(tokens)) {
    out.push({ token, style: classes[groups.word] ?? 'plain', rank: rank(token) });
  }
  return out;
}

await drive(
  (n) => {
    traffic(n);
    const known = Math.min(70, 1 + Math.floor((Date.now() - started) / 100));
    const id = n % 5 === 0 ? known - 1 : upTo(known);
    highlight(id, `let keyword${id}x${n % 60} = name${n % 20} + ${n % 100}; if keyword${id}x${n % 7} then return`);
  },
  { perSecond: 160 },
);
