/** Decides whether a place that a report names is one that a program declares as right. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parse } from 'acorn';

/** The name as it stands in the source: without `async`, `new`, the class, `[as …]` and the sign of a private member. */
export const plainName = (name) =>
  (name ?? '')
    .replace(/ \[as .*\]$/, '')
    .replace(/^(async|new|get|set) /, '')
    .replace(/^.*\./, '')
    .replace(/^#/, '');

const nameOf = (node) => node.id?.name ?? node.key?.name ?? node.left?.name ?? node.left?.property?.name;

/** Lines of every function, class and method with one of these names, also of one that is given to a variable. */
function rangesOf(file, names) {
  const text = readFileSync(file, 'utf8');
  const tree = parse(text, { ecmaVersion: 'latest', sourceType: file.endsWith('.mjs') ? 'module' : 'script', locations: true });
  const ranges = [];
  const visit = (node) => {
    if (node === null || typeof node !== 'object') return;
    if (Array.isArray(node)) {
      for (const inner of node) visit(inner);
      return;
    }
    if (typeof node.type !== 'string') return;
    const kind = /^(FunctionDeclaration|FunctionExpression|ClassDeclaration|MethodDefinition|Property|VariableDeclarator)$/.test(
      node.type,
    );
    if (kind && names.has(nameOf(node)) && (node.type !== 'VariableDeclarator' || /Function|Call/.test(node.init?.type ?? ''))) {
      ranges.push([node.loc.start.line, node.loc.end.line]);
    }
    for (const [key, inner] of Object.entries(node)) if (key !== 'loc') visit(inner);
  };
  visit(tree);
  return ranges;
}

const fileOf = (site, program) => program.sources.find((file) => basename(file) === basename(site.file));

/** Inside one of the functions of this name, in a file that is plain JavaScript: a minified function has another name. */
function isInside(site, program, names) {
  const file = fileOf(site, program);
  if (file === undefined || file.endsWith('.ts')) return false;
  return rangesOf(file, names).some(([from, to]) => site.line >= from && site.line <= to);
}

/** `right`: one of the declared functions, or inside one, or in the declared package; `near`: the right file; `wrong`: somewhere else; `none`: no place named. */
export function judgeSite(program, sites) {
  const named = sites.filter((site) => site !== undefined && site !== null);
  if (named.length === 0) return 'none';
  const names = new Set(program.right.map(plainName));
  const right = named.some(
    (site) =>
      (program.package !== null && packageName(site) === program.package) ||
      (fileOf(site, program) !== undefined && (names.has(plainName(site.function)) || isInside(site, program, names))),
  );
  if (right) return 'right';
  return named.some((site) => fileOf(site, program) !== undefined) ? 'near' : 'wrong';
}

/** The name that the package has in its own manifest: the corpus installs old and new versions under an alias. */
function packageName(site) {
  const name = site.package?.name ?? /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(site.file)?.[1];
  return name?.replace(/-(old|new)$/, '');
}
