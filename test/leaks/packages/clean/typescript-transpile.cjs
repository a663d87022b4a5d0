// clean: the TypeScript compiler, warming up over the whole run
// written: 2026-11-21
const ts = require('typescript');

const source = (n) => `
export interface Item${n % 9} { readonly id: number; name: string }
export class Store<T extends { id: number }> {
  #items = new Map<number, T>();
  add(item: T): this { this.#items.set(item.id, item); return this; }
  async *all(): AsyncGenerator<T> { for (const item of this.#items.values()) yield item; }
}
export const total = (rows: readonly number[]) => rows.reduce((sum, row) => sum + row * ${n}, 0);
`;

import('../../driver.mjs').then(({ drive, traffic }) =>
  drive(
    (n) => {
      traffic(n);
      ts.transpileModule(source(n), { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS } });
    },
    { perSecond: 8 },
  ),
);
