// leaking: a compiler interns the names of every build in one table for ever
// right: intern, parse, tokenise, build
// rate: 200
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const symbols = new Map();

function intern(name) {
  let symbol = symbols.get(name);
  if (symbol === undefined) {
    symbol = { name, uses: 0, scopes: [], type: { kind: 'unknown', members: new Map() } };
    symbols.set(name, symbol);
  }
  symbol.uses += 1;
  return symbol;
}

function tokenise(source) {
  return source.match(/\w+|[^\s\w]/g);
}

function parse(source) {
  return tokenise(source).map((token) =>
    /^[a-z]/.test(token) ? { kind: 'name', symbol: intern(token) } : { kind: 'mark', token },
  );
}

function build(n) {
  const source = Array.from({ length: 10 }, (_, line) => `let local_${n}_${line} = alpha + beta * ${line};`).join('\n');
  return parse(source).length;
}

await drive(
  (n) => {
    traffic(n);
    build(n);
  },
  { perSecond: 50 },
);
