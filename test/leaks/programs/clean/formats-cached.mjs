// clean: number and date formats of thirty locales
// written: 2026-11-21
import { drive, traffic, upTo } from '../../driver.mjs';

const locales = [
  'de',
  'en',
  'fr',
  'it',
  'es',
  'pt',
  'nl',
  'sv',
  'da',
  'fi',
  'nb',
  'pl',
  'cs',
  'sk',
  'hu',
  'ro',
  'bg',
  'el',
  'tr',
  'ru',
  'uk',
  'he',
  'ar',
  'hi',
  'th',
  'ja',
  'ko',
  'zh',
  'vi',
  'id',
];
const formats = new Map();

function formatFor(locale) {
  if (!formats.has(locale)) formats.set(locale, { number: new Intl.NumberFormat(locale), date: new Intl.DateTimeFormat(locale) });
  return formats.get(locale);
}

await drive((n) => {
  traffic(n);
  formatFor(locales[upTo(locales.length)]).number.format(n * 1_234.5);
});
