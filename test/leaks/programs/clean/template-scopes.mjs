// clean: each page is rendered in scopes that inherit from each other; the last two hundred are held for an inspector
// written: 2026-11-22
import { drive, traffic, upTo } from '../../driver.mjs';

const globals = Object.assign(Object.create(null), { site: 'Example', upper: (text) => text.toUpperCase() });
const byLocale = new Map();
const inspected = [];

function scope(parent, values) {
  return Object.assign(Object.create(parent), values);
}

function localeScope(locale) {
  if (!byLocale.has(locale)) {
    const texts = Array.from({ length: 300 }, (_, at) => `${locale}-${at}`);
    byLocale.set(locale, scope(globals, { locale, texts }));
  }
  return byLocale.get(locale);
}

function render(n) {
  const page = scope(localeScope(`l${n % 12}`), { n, rows: Array.from({ length: 15 }, (_, at) => ({ at, of: n })) });
  let inner = page;
  const out = [];
  for (const row of page.rows) {
    inner = scope(inner, { row, even: row.at % 2 === 0 });
    out.push(`${inner.upper(inner.texts[row.at])} ${inner.row.of} ${inner.site}`);
  }
  inspected.push({ scope: inner, html: out.join('\n') });
  if (inspected.length > 200) inspected.shift();
  return inspected[upTo(inspected.length)].html.length;
}

await drive(
  (n) => {
    traffic(n);
    render(n);
  },
  { perSecond: 120 },
);
