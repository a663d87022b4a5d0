// leaking: a development server links each new version of a module with its importers and leaves the old version among their imports
// right: load, ModuleGraph.load, replace, ModuleGraph.replace, ModuleNode, transform
// rate: 150
// written: 2026-11-22
import { drive, traffic, upTo } from '../../driver.mjs';

class ModuleNode {
  imports = new Set();
  importers = new Set();

  constructor(file, version, compiled) {
    this.file = file;
    this.url = `/${file}?v=${version}`;
    this.compiled = compiled;
  }

  link(imported) {
    this.imports.add(imported);
    imported.importers.add(this);
  }
}

function transform(file, version) {
  const mappings = Array.from({ length: 250 }, (_, at) => (at * version) % 61);
  const exported = Array.from({ length: 8 }, (_, at) => ({ name: `part${at}`, line: at * 12 + (version % 7) }));
  return { file, mappings, exported, source: `export const version = ${version};` };
}

class ModuleGraph {
  #current = new Map();
  #hot = [];
  versions = 0;

  load(file, imported) {
    this.versions += 1;
    const node = new ModuleNode(file, this.versions, transform(file, this.versions));
    for (const name of imported) node.link(this.#current.get(name));
    this.#current.set(file, node);
    return node;
  }

  replace(file) {
    const old = this.#current.get(file);
    const fresh = this.load(file, [...new Set([...old.imports].map((node) => node.file))]);
    for (const imported of old.imports) imported.importers.delete(old);
    for (const importer of old.importers) importer.link(fresh);
    old.importers.clear();
    return fresh;
  }

  /** The modules to be sent to the browser after a change: upwards from the changed one. */
  affected(node, found = new Set()) {
    if (found.has(node)) return found;
    found.add(node);
    for (const importer of node.importers) this.affected(importer, found);
    return found;
  }

  send(nodes) {
    this.#hot = [...nodes].map((node) => node.url);
    return this.#hot.length;
  }
}

const graph = new ModuleGraph();
const files = Array.from({ length: 60 }, (_, at) => `src/module-${at}.js`);
files.forEach((file, at) => graph.load(file, at === 0 ? [] : files.slice(Math.max(0, at - 3), at)));
graph.load('src/main.js', files.slice(-12));

await drive(
  (n) => {
    traffic(n);
    graph.send(graph.affected(graph.replace(files[upTo(files.length)])));
  },
  { perSecond: 45 },
);
