// leaking: two independent leaks in one program; either may be named
// right: keepToken, keepTrace
// rate: 350
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const tokens = new Map();
const traces = [];

function keepToken(n) {
  tokens.set(n, { n, parts: Array.from({ length: 60 }, (_, part) => part ^ n) });
}

function keepTrace(n) {
  traces.push({ n, spans: Array.from({ length: 8 }, (_, span) => ({ span, took: n % 10, name: 'query' })) });
}

await drive(
  (n) => {
    traffic(n);
    keepToken(n);
    keepTrace(n);
  },
  { perSecond: 300 },
);
