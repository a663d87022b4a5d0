// clean: a type check of a small program, with the trees of the library kept between runs
// written: 2026-11-21
const ts = require('typescript');

const trees = new Map();

function check(n) {
  const files = {
    'a.ts': `import { twice } from './b'; const answer: string = twice(${n});`,
    'b.ts': 'export const twice = (n: number) => n * 2;',
  };
  const host = ts.createCompilerHost({});
  const read = host.getSourceFile;
  host.getSourceFile = (name, version) => {
    if (files[name] !== undefined) return ts.createSourceFile(name, files[name], version);
    if (!trees.has(name)) trees.set(name, read(name, version));
    return trees.get(name);
  };
  host.fileExists = (name) => files[name] !== undefined;
  host.writeFile = () => {};
  const program = ts.createProgram(['a.ts'], { noEmit: true, types: [], lib: ['lib.es5.d.ts'] }, host);
  return program.getSemanticDiagnostics().length;
}

import('../../driver.mjs').then(({ drive, traffic }) =>
  drive(
    (n) => {
      traffic(n);
      if (n % 20 === 0) check(n);
    },
    { perSecond: 40 },
  ),
);
