// clean: a small compiler that builds the same sixty sources over and over, with its tables renewed at each build
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

function parse(source) {
  const symbols = new Map();
  const tokens = source.match(/\w+|[^\s\w]/g);
  return tokens.map((token) => {
    if (!/^[a-z]/.test(token)) return { kind: 'mark', token };
    if (!symbols.has(token)) symbols.set(token, { name: token, uses: 0, scopes: [] });
    symbols.get(token).uses += 1;
    return { kind: 'name', symbol: symbols.get(token) };
  });
}

const sources = Array.from({ length: 60 }, (_, at) =>
  Array.from({ length: 30 }, (__, line) => `let name_${at}_${line} = alpha + beta * ${line};`).join('\n'),
);
const built = new Map();

await drive(
  (n) => {
    traffic(n);
    built.set(n % 60, parse(sources[n % 60]));
  },
  { perSecond: 60 },
);
