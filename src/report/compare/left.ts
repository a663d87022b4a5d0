import type { Left, OwnedProblem, Report } from '../../wire/report.ts';
import type { Change, Compared } from './words.ts';

interface Named {
  readonly key: string;
  readonly title: string;
}

/** Numbers (process ids, random parts of temporary names) differ from run to run. */
function withoutNumbers(text: string): string {
  return text.replaceAll(/[\w-]*\d[\w-]*/g, '#');
}

/** What `compare` takes for the same leftover in two runs. */
export function leftKey({ kind, what }: Left): string {
  return `${kind} ${withoutNumbers(what)}`;
}

function ownedKey({ type, name, result }: OwnedProblem): string {
  return `${type} ${withoutNumbers(name ?? '')} ${result}`;
}

function compareNamed(what: Compared, was: readonly Named[], is: readonly Named[]): readonly Change[] {
  const count = (list: readonly Named[], key: string): number => list.filter((one) => one.key === key).length;
  const first = new Map([...was, ...is].map((one) => [one.key, one]));
  return [...first].map(([key, { title }]): Change => {
    const [a, b] = [count(was, key), count(is, key)];
    const status = a === 0 ? 'new' : b === 0 ? 'gone' : b > a ? 'worse' : b < a ? 'better' : 'same';
    return {
      what,
      key,
      title,
      status,
      confidence: status === 'gone' || status === 'better' ? 'medium' : 'high',
      counts: status === 'new' || status === 'worse',
      before: a === 0 ? null : String(a),
      after: b === 0 ? null : String(b),
      why: 'compared by name, without numbers',
    };
  });
}

export function compareLeft(before: Report, after: Report): readonly Change[] {
  const named = (report: Report): readonly Named[] =>
    report.left.map((left) => ({ key: leftKey(left), title: `${left.kind} ${left.what}` }));
  return compareNamed('left', named(before), named(after));
}

/** Registered resources whose release failed. */
export function compareOwned(before: Report, after: Report): readonly Change[] {
  const named = (report: Report): readonly Named[] =>
    report.owned.problems.map((one) => ({
      key: ownedKey(one),
      title: `${one.type} ${one.name ?? ''} ${one.result}`.replaceAll('  ', ' '),
    }));
  return compareNamed('owned', named(before), named(after));
}
