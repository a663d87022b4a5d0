import { expect, test } from 'vitest';
import { SiteTable } from '../../src/watch/sites/site-table.ts';
import type { WireFrame, WireRecord } from '../../src/wire/index.ts';
import { diskOf, thread } from './made-up.ts';

/** One segment: generated line 1 column 0 is line 42, column 3 (from 1) of source 0. */
const map = { version: 3, sources: ['../src/session.ts'], names: [], mappings: 'AAyCE' };

function resolve(
  frames: readonly WireFrame[],
  files: Readonly<Record<string, string>>,
  more: readonly WireRecord[] = [],
  changes = {},
) {
  const table = new SiteTable('/app', diskOf(files));
  const made = thread([['f', 1, frames], ...more], changes);
  const id = table.of(made, 1);
  return { table, site: id === null ? undefined : table.get(id) };
}

test('a place goes through the source map beside the script', () => {
  const { site } = resolve([['file:///app/dist/session.js', 1, 1, 'remember']], {
    '/app/dist/session.js': 'x\n//# sourceMappingURL=session.js.map',
    '/app/dist/session.js.map': JSON.stringify(map),
  });
  expect(site).toMatchObject({
    file: 'src/session.ts',
    line: 42,
    column: 3,
    function: 'remember',
    mapped: 'disk',
    generated: false,
    user: null,
  });
  expect(site?.raw).toEqual({ url: 'file:///app/dist/session.js', line: 1, column: 1, scriptHash: null });
});

test('a place goes through a map inside the script, with a source root, and the last comment counts', () => {
  const inline = Buffer.from(JSON.stringify({ ...map, sourceRoot: '/app/lib/', sources: ['session.ts'] })).toString('base64');
  const { site } = resolve([['/app/dist/session.js', 1, 1, '']], {
    '/app/dist/session.js': `//# sourceMappingURL=other.map\nx\n//# sourceMappingURL=data:application/json;charset=utf-8;base64,${inline}`,
  });
  expect(site).toMatchObject({ file: 'lib/session.ts', line: 42, mapped: 'disk' });
});

test('a map with sections is read', () => {
  const sections = {
    version: 3,
    sections: [
      { offset: { line: 0, column: 0 }, map },
      { offset: { line: 1, column: 0 }, map: { ...map, sources: ['../src/cart.ts'] } },
    ],
  };
  const { site } = resolve([['/app/dist/all.js', 2, 1, '']], {
    '/app/dist/all.js': 'x\ny\n//# sourceMappingURL=all.js.map',
    '/app/dist/all.js.map': JSON.stringify(sections),
  });
  expect(site).toMatchObject({ file: 'src/cart.ts', line: 42 });
});

test("a bundler's scheme is taken off", () => {
  const { site } = resolve([['/app/dist/main.js', 1, 1, '']], {
    '/app/dist/main.js': '//# sourceMappingURL=main.js.map',
    '/app/dist/main.js.map': JSON.stringify({ ...map, sources: ['webpack://shop/./src/cart.ts?1a2b'] }),
  });
  expect(site?.file).toBe('src/cart.ts');
});

test('a broken map is no map', () => {
  const { site } = resolve([['/app/dist/main.js', 9, 1, '']], {
    '/app/dist/main.js': '//# sourceMappingURL=main.js.map',
    '/app/dist/main.js.map': '{"version":3,"mapp',
  });
  expect(site).toMatchObject({ file: 'dist/main.js', line: 9, mapped: 'none' });
});

test("without a map on disk the program's own runtime is believed", () => {
  const { site } = resolve([['/app/src/a.ts', 1, 900, 'f']], {}, [['m', 1, 0, 'file:///app/src/a.ts', 12, 5]]);
  expect(site).toMatchObject({ file: 'src/a.ts', line: 12, column: 5, mapped: 'runtime', generated: false });
});

test('transpiled and minified places without a map are marked as generated', () => {
  expect(resolve([['/app/src/a.ts', 1, 900, 'f']], {}).site?.generated).toBe(true);
  expect(resolve([['/app/dist/min.js', 1, 40_000, 'f']], {}).site?.generated).toBe(true);
  expect(resolve([['/app/app.js', 3, 5, 'f']], {}).site?.generated).toBe(false);
});

test('where Node strips types itself the place is right', () => {
  const files = { '/app/src/a.ts': 'const a: number = 1;\nopen(a);\n' };
  expect(resolve([['/app/src/a.ts', 2, 1, '']], files, [], { node: 'v24.1.0' }).site?.generated).toBe(false);
  expect(
    resolve([['/app/src/a.ts', 2, 1, '']], files, [], { node: 'v24.1.0', execArgv: ['--import', 'tsx'] }).site?.generated,
  ).toBe(true);
});

test('a place in a package names package, version and the nearest frame of the user', () => {
  const { site, table } = resolve(
    [
      ['/app/node_modules/.pnpm/pg@8.1.0/node_modules/pg/lib/client.js', 52, 9, 'connect'],
      ['/app/node_modules/.pnpm/@x+pool@1.0.0/node_modules/@x/pool/index.js', 3, 1, 'take'],
      ['/app/src/db.js', 12, 20, 'query'],
    ],
    { '/app/node_modules/.pnpm/pg@8.1.0/node_modules/pg/package.json': '{"name":"pg","version":"8.1.0"}' },
  );
  expect(site?.package).toEqual({ name: 'pg', version: '8.1.0' });
  expect(table.get(site?.user ?? 0)).toMatchObject({ file: 'src/db.js', line: 12, column: 20, package: null });
});

test('a scoped package without a readable package.json has no version', () => {
  const { site } = resolve([['/app/node_modules/@scope/name/index.js', 1, 1, '']], {});
  expect(site?.package).toEqual({ name: '@scope/name', version: null });
  expect(site?.user).toBeNull();
});

test('places outside of the working directory stay absolute, and one place is one site', () => {
  const table = new SiteTable('/app', diskOf({}));
  const frames: readonly WireFrame[] = [['/lib/x.js', 1, 2, 'f']];
  const a = thread([['f', 1, frames]]);
  const b = thread([['f', 5, frames]], { pid: 4712 });
  expect(table.of(a, 1)).toBe(table.of(b, 5));
  expect(table.sites).toHaveLength(1);
  expect(table.sites[0]?.file).toBe('/lib/x.js');
  expect(table.of(a, 99)).toBeNull();
});
