import type { SampledFunction, SurvivorSeries } from '../survivors.ts';
import { Place } from './place.ts';

/** Where a sample was made, without the frames of Node itself: what is left is code that somebody can change. */
export interface Route {
  readonly id: number;
  /** Indices of functions, outermost first; never empty. */
  readonly frames: readonly number[];
  /** Of each of them: whether a builtin (`map`, `forEach`, `replace`) stood between it and its caller. */
  readonly called: readonly boolean[];
  /** The function of the runtime that the innermost of them called, when that one allocated; -1: none. */
  readonly callee: number;
  /** All places that a sample of this route counts for, each once. */
  readonly places: readonly Place[];
}

interface Node {
  readonly frames: readonly number[];
  readonly called: readonly boolean[];
  readonly path: readonly Place[];
  readonly callee: number;
  readonly children: Map<number, Node>;
  readonly callees: Map<number, Node>;
  route: Route | null;
}

const root: Node = { frames: [], called: [], path: [], callee: -1, children: new Map(), callees: new Map(), route: null };

/** These go on with a function that was called before: it was not written in the one that asks them to. */
const resuming: ReadonlySet<string> = new Set(['next', 'return', 'throw']);

/** Whether a function is a builtin (`map`, `forEach`, `replace`) that calls what it was given. */
function callsBack(builtin: SampledFunction | undefined): boolean {
  return builtin?.url === '' && !resuming.has(builtin.name);
}

function childOf(parent: Node, frame: number, called: boolean): Node {
  const path = [...parent.path, new Place('path', frame)];
  return {
    frames: [...parent.frames, frame],
    called: [...parent.called, called],
    path,
    callee: -1,
    children: new Map(),
    callees: new Map(),
    route: null,
  };
}

/** Turns stacks into routes and routes into places. A stack is looked at once. */
export class Routes {
  readonly #series: Pick<SurvivorSeries, 'functions' | 'stacks'>;
  readonly #root: Node = { ...root, children: new Map() };
  readonly #byStack = new Map<number, Node>();
  readonly #functions = new Map<number, Place>();
  readonly #callees = new Map<string, Place>();
  readonly #routes: Route[] = [];
  readonly #places = new Set<Place>();

  constructor(series: Pick<SurvivorSeries, 'functions' | 'stacks'>) {
    this.#series = series;
  }

  /** Null for stacks that hold no frame but the runtime's: they name no place that anybody could mend. */
  of(stack: number): Route | null {
    const node = this.#nodeOf(stack);
    if (node.frames.length === 0) return null;
    node.route ??= this.#make(node);
    return node.route;
  }

  get(route: number): Route | undefined {
    return this.#routes[route];
  }

  /** A function wherever it was called from: of whatever place of it. */
  functionOf(place: Place): Place {
    return this.#functions.get(place.frame) ?? place;
  }

  /** All places of all routes. */
  get places(): ReadonlySet<Place> {
    return this.#places;
  }

  #isRuntime(frame: number): boolean {
    const url = this.#series.functions[frame]?.url ?? '';
    return url === '' || url.startsWith('node:');
  }

  /** Walks to the outermost frame that is not known yet and back: stacks can be deep, and each is a node of one tree. */
  #nodeOf(stack: number): Node {
    const unknown: number[] = [];
    let at = stack;
    while (at >= 0 && !this.#byStack.has(at) && unknown.length <= this.#series.stacks.length) {
      unknown.push(at);
      at = this.#series.stacks[at]?.parent ?? -1;
    }
    let node = this.#byStack.get(at) ?? this.#root;
    for (const index of unknown.toReversed()) {
      node = this.#step(node, this.#series.stacks[index]?.frame ?? -1);
      this.#byStack.set(index, node);
    }
    return node;
  }

  #step(node: Node, frame: number): Node {
    if (this.#isRuntime(frame)) return node.frames.length === 0 || node.callee >= 0 ? node : this.#callee(node, frame);
    const known = node.children.get(frame);
    if (known !== undefined) return known;
    const made = childOf(node, frame, node.callee >= 0 && callsBack(this.#series.functions[node.callee]));
    node.children.set(frame, made);
    return made;
  }

  /** The same place with a callee. Its children are those of its caller: a function of the runtime that calls back is left out. */
  #callee(node: Node, frame: number): Node {
    const known = node.callees.get(frame);
    if (known !== undefined) return known;
    const made: Node = { ...node, callee: frame, callees: new Map(), route: null };
    node.callees.set(frame, made);
    return made;
  }

  #make(node: Node): Route {
    const inner = node.frames.at(-1) ?? -1;
    const functions = [...new Set(node.frames)].map((frame) => once(this.#functions, frame, () => new Place('function', frame)));
    const key = `${inner} ${node.callee}`;
    const callee = node.callee < 0 ? [] : [once(this.#callees, key, () => new Place('callee', inner))];
    const { frames, called } = node;
    const route = {
      id: this.#routes.length,
      frames,
      called,
      callee: node.callee,
      places: [...node.path, ...functions, ...callee],
    };
    for (const place of route.places) {
      place.routes.add(route.id);
      this.#places.add(place);
    }
    this.#routes.push(route);
    return route;
  }
}

function once<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
