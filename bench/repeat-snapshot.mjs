// Makes a large snapshot out of a small real one: its graph so many times over, all below one root. Needs no memory to speak of, where taking a
// snapshot of 2 GB takes 12 GB and eight minutes on a busy machine.
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

/** Numbers of an array that begins behind `name`. */
function numbers(bytes, name) {
  const from = bytes.indexOf(`"${name}":[`) + name.length + 4;
  const found = [];
  let value = 0;
  for (let at = from; ; at += 1) {
    const byte = bytes[at];
    if (byte >= 48 && byte <= 57) value = value * 10 + byte - 48;
    else if (byte === 44 || byte === 93) {
      found.push(value);
      value = 0;
      if (byte === 93) return { found, from, to: at };
    }
  }
}

/** Collects text and appends it in large pieces. */
function writer(path) {
  const descriptor = openSync(path, 'w', 0o600);
  let parts = [];
  let length = 0;
  const flush = () => {
    writeSync(descriptor, parts.join(''));
    parts = [];
    length = 0;
  };
  return {
    add(text) {
      parts.push(text);
      length += text.length;
      if (length > 1 << 20) flush();
    },
    end() {
      flush();
      closeSync(descriptor);
    },
  };
}

/** Rows of `width` of the numbers found, one to a line, as V8 writes them. */
function rows(out, first, { found, width }, change) {
  for (let at = 0; at < found.length; at += width)
    out.add(`${first && at === 0 ? '' : '\n,'}${change(found.slice(at, at + width), at / width)}`);
}

/** Fields of a node are those of Node 20: type, name, id, self_size, edge_count, trace_node_id, detachedness. */
export function repeatSnapshot(source, target, times) {
  const bytes = readFileSync(source);
  const nodes = numbers(bytes, 'nodes');
  const edges = numbers(bytes, 'edges');
  const locations = numbers(bytes, 'locations');
  const head = JSON.parse(`${bytes.toString('latin1', 0, bytes.indexOf(',\n"nodes"'))}}`);
  const width = head.snapshot.meta.node_fields.length;
  const count = head.snapshot.node_count;
  // Ids of V8's own objects are odd and rise; those of natives are even and spread over all that fits.
  const lastId =
    nodes.found.reduce((most, value, at) => (at % width === 2 && value % 2 === 1 ? Math.max(most, value) : most), 0) + 1;
  const element = head.snapshot.meta.edge_types[0].indexOf('element');
  head.snapshot.node_count = count * times;
  head.snapshot.edge_count = head.snapshot.edge_count * times + times - 1;
  const copies = Array.from({ length: times }, (_, copy) => copy);
  const out = writer(target);
  out.add(`${JSON.stringify(head).slice(0, -1)},\n"nodes":[`);
  for (const copy of copies)
    rows(out, copy === 0, { found: nodes.found, width }, (row, node) => {
      if (row[2] % 2 === 1) row[2] += copy * lastId;
      if (copy === 0 && node === 0) row[4] += times - 1;
      return row;
    });
  out.add('\n],\n"edges":[');
  for (const copy of copies) {
    if (copy === 0)
      for (const other of copies.slice(1)) out.add(`${other === 1 ? '' : '\n,'}${element},${other},${other * count * width}`);
    rows(out, copy === 0 && times === 1, { found: edges.found, width: 3 }, ([type, name, to]) => [
      type,
      name,
      to + copy * count * width,
    ]);
  }
  out.add('\n],\n"trace_function_infos":[],\n"trace_tree":[],\n"samples":[],\n"locations":[');
  for (const copy of copies)
    rows(out, copy === 0, { found: locations.found, width: 4 }, ([node, ...rest]) => [node + copy * count * width, ...rest]);
  out.add(`\n]${bytes.toString('latin1', locations.to + 1)}`);
  out.end();
}
