// leaking: each text without a translation is put on a list with the place that asked for it; the cache of messages is bounded
// right: reportMissing, translate
// rate: 36
// written: 2026-11-22
import { drive, traffic, upTo } from '../../driver.mjs';

const locales = ['de', 'fr', 'nl', 'pl', 'pt'];
const texts = new Map();
for (const locale of locales) {
  for (let id = 0; id < 200; id += 1) {
    if (locale === 'pl' && id % 2 === 0) continue;
    texts.set(`${locale}.message${id}`, `${locale} text ${id} for {name} with {count} things`);
  }
}

const compiled = new Map();
const missing = [];

function compileMessage(text) {
  return { text, parts: text.split(/\{(\w+)\}/).map((part, at) => ({ part, variable: at % 2 === 1 })) };
}

function messageFor(key) {
  const known = compiled.get(key) ?? compileMessage(texts.get(key));
  compiled.delete(key);
  compiled.set(key, known);
  if (compiled.size > 350) compiled.delete(compiled.keys().next().value);
  return known;
}

function reportMissing(locale, key) {
  missing.push({ locale, key, where: new Error(`no text for ${key}`).stack, at: new Date() });
}

function translate(locale, id, values) {
  const key = `${locale}.message${id}`;
  if (!texts.has(key)) {
    reportMissing(locale, key);
    return key;
  }
  return messageFor(key)
    .parts.map(({ part, variable }) => (variable ? values[part] : part))
    .join('');
}

function renderPage(n) {
  const locale = locales[n % locales.length];
  return Array.from({ length: 3 }, () => translate(locale, upTo(200), { name: `user ${n}`, count: n % 9 })).join('\n');
}

await drive(
  (n) => {
    traffic(n);
    renderPage(n);
  },
  { perSecond: 130 },
);
