/** The part of JSON Schema (2020-12) that the report needs; `x-redacted` marks what can hold user data and is masked by default. */
export interface Schema {
  readonly $schema?: string;
  readonly $id?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean' | 'null';
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly 'x-redacted'?: true;
}

export const text: Schema = { type: 'string' };
export const integer: Schema = { type: 'integer' };
export const number: Schema = { type: 'number' };
export const boolean: Schema = { type: 'boolean' };
export const nothing: Schema = { type: 'null' };

export function oneOf(...words: readonly string[]): Schema {
  return { enum: words };
}

/** Not measured, or not so: the key is there and says `null`. */
export function nullable(schema: Schema): Schema {
  return { anyOf: [schema, nothing] };
}

export function listOf(items: Schema): Schema {
  return { type: 'array', items };
}

export function mapOf(values: Schema): Schema {
  return { type: 'object', additionalProperties: values };
}

export function tuple(...parts: readonly Schema[]): Schema {
  return { type: 'array', prefixItems: parts };
}

export function redacted(schema: Schema): Schema {
  return { ...schema, 'x-redacted': true };
}

/**
 * An object with exactly the keys of `T`: the compiler refuses one that is missing or too many. All of them are required but for `optional`; readers
 * allow more.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- callers name the type whose keys are held against
export function objectOf<T extends object>(
  properties: { readonly [Key in keyof T]-?: Schema },
  optional: readonly (keyof T)[] = [],
): Schema {
  const names: readonly PropertyKey[] = optional;
  return { type: 'object', properties, required: Object.keys(properties).filter((key) => !names.includes(key)) };
}
