import type { CodePlace } from './locations.ts';
import type { PathStep } from './steps.ts';

/** One of those who hold something, outermost first. */
export interface HeldBy {
  /** `sessions: Map`, `change: Array`, `(closure) onData`. */
  readonly label: string;
  /** Where a function was written; `null` for all else. */
  readonly at: CodePlace | null;
}

const maxLabels = 6;

function isShown({ node }: PathStep): boolean {
  return (node.type === 'object' || node.type === 'closure' || node.type === 'native') && !node.name.startsWith('system /');
}

/** The name by which a step holds: of a property, a variable, a key; none for numbers and for V8's own. */
function nameOf({ edge }: PathStep): string {
  if (edge.type === 'property' || edge.type === 'context') return edge.name;
  return edge.type === 'internal' && edge.name.includes('pair in WeakMap') ? 'value of a WeakMap' : '';
}

/** A path in words: what V8 puts between the objects of the program is left out, and of a long path the beginning. */
export function heldBy(path: readonly PathStep[]): readonly HeldBy[] {
  const labels: HeldBy[] = [];
  let name = '';
  for (const step of path) {
    name = nameOf(step) || name;
    if (!isShown(step)) continue;
    const { node } = step;
    const isNamedAlike = name === '' || name === node.name || node.name.endsWith(` ${name}`);
    const label = isNamedAlike ? node.name : `${name}: ${node.name}`;
    if (label !== labels.at(-1)?.label) labels.push({ label, at: node.type === 'closure' ? node.at : null });
    name = '';
  }
  if (labels.length <= maxLabels) return labels;
  return [{ label: '…', at: null }, ...labels.slice(1 - maxLabels)];
}
