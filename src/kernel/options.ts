import { WatertightError } from './errors.ts';
import { formerNames } from './former-names.ts';
import { nearest } from './nearest.ts';

/** What an option must be. `expected` completes the sentence "must be …". */
export interface Rule {
  readonly expected: string;
  accepts(value: unknown): boolean;
}

/** Every key that an options object may have. */
export type Rules = Readonly<Record<string, Rule>>;

export function invalid(where: string, what: string): WatertightError {
  return new WatertightError('WT_INVALID_OPTION', `${where}: ${what}`);
}

/**
 * Returns when every key of `options` is known and its value accepted; `undefined` counts as absent. Throws WT_INVALID_OPTION that
 * names the option, what was expected and what came, or the nearest known key.
 */
export function checkOptions(where: string, options: unknown, rules: Rules): void {
  if (options === undefined) return;
  if (typeof options !== 'object' || options === null) throw invalid(where, `options must be an object, got ${shown(options)}`);
  for (const key in options) {
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
    if (rule === undefined) throw unknownKey(where, key, rules);
    // A key of the object itself, whatever its type.
    const value = (options as Readonly<Record<string, unknown>>)[key];
    if (value !== undefined && !rule.accepts(value))
      throw invalid(where, `\`${key}\` must be ${rule.expected}, got ${shown(value)}`);
  }
}

function unknownKey(where: string, key: string, rules: Rules): WatertightError {
  const known = Object.keys(rules);
  const successor = Object.hasOwn(formerNames, key) ? formerNames[key] : undefined;
  if (successor !== undefined && known.includes(successor))
    return invalid(where, `there is no option \`${key}\`: use \`${successor}\``);
  const guess = nearest(key, known);
  const hint = guess === undefined ? `known are ${known.map((name) => `\`${name}\``).join(', ')}` : `did you mean \`${guess}\`?`;
  return invalid(where, `there is no option \`${key}\`; ${hint}`);
}

/** A value as a message names it: short, with its type where that is not plain. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return value.length > 40 ? `"${value.slice(0, 40)}…"` : `"${value}"`;
  if (value === null || typeof value === 'number' || typeof value === 'boolean' || value === undefined) return String(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

const longest = 2 ** 53 - 1;

export function wholeNumber(min: number, max: number = longest): Rule {
  const range = max === longest ? `of at least ${min}` : `from ${min} to ${max}`;
  return {
    expected: `a whole number ${range}`,
    accepts: (value) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max,
  };
}

/** 0 and more; fractions and Infinity are allowed. */
export const milliseconds: Rule = {
  expected: 'a number of milliseconds, 0 or more',
  accepts: (value) => typeof value === 'number' && value >= 0,
};

export const bytes: Rule = {
  expected: 'a whole number of bytes, 0 or more',
  accepts: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
};

export const aFunction: Rule = { expected: 'a function', accepts: (value) => typeof value === 'function' };
export const aBoolean: Rule = { expected: 'true or false', accepts: (value) => typeof value === 'boolean' };
export const aName: Rule = {
  expected: 'a string of 1 to 256 characters',
  accepts: (value) => typeof value === 'string' && value.length > 0 && value.length <= 256,
};
export const anArray: Rule = { expected: 'an array', accepts: (value) => Array.isArray(value) };
export const anything: Rule = { expected: 'anything', accepts: () => true };

export function oneOf(...values: readonly (string | number)[]): Rule {
  return {
    expected: `one of ${values.map((value) => (typeof value === 'string' ? `"${value}"` : String(value))).join(', ')}`,
    accepts: (value) => (typeof value === 'string' || typeof value === 'number') && values.includes(value),
  };
}

/** An object (or a function) that has these methods. */
export function having(...methods: readonly string[]): Rule {
  return {
    expected: `an object with ${methods.map((name) => `${name}()`).join(', ')}`,
    accepts: (value) =>
      value !== null &&
      (typeof value === 'object' || typeof value === 'function') &&
      methods.every((name) => typeof Reflect.get(value, name) === 'function'),
  };
}

/** An options object inside another. */
export function nested(rules: Rules): Rule {
  return {
    expected: `an object with ${Object.keys(rules)
      .map((key) => `\`${key}\``)
      .join(', ')}`,
    accepts: (value) =>
      typeof value === 'object' &&
      value !== null &&
      Object.entries(value).every(
        ([key, inner]) => Object.hasOwn(rules, key) && (inner === undefined || rules[key]?.accepts(inner) === true),
      ),
  };
}
