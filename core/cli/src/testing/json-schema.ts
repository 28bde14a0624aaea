/**
 * A checker for the few words of JSON Schema that our schemas use.
 *
 * In: a schema and a value. Out: what does not fit, as `path: words`. Guaranteed: a word of a schema that it does not
 * know is itself a complaint, so no schema is believed to say more than is checked.
 */
type Schema = Readonly<Record<string, unknown>>;

const NOTES = ['$schema', '$defs', 'title', 'description'];

/** Everything that does not fit; empty when the value is as the schema says. */
export function schemaComplaints(schema: Schema, value: unknown, path = '$', root = schema): readonly string[] {
  return Object.entries(schema).flatMap(([word, rule]) => {
    if (NOTES.includes(word)) return [];
    const check = CHECKS[word];
    return check ? check(rule, value, path, { schema, root }) : [`${path}: unknown word ${word} in the schema`];
  });
}

interface Within {
  /** The schema that has the word. */
  readonly schema: Schema;
  /** The whole document, where `$ref` looks. */
  readonly root: Schema;
}

type Check = (rule: unknown, value: unknown, path: string, within: Within) => readonly string[];

function complainUnless(fits: boolean, path: string, words: string): readonly string[] {
  return fits ? [] : [`${path}: ${words}`];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

const CHECKS: Readonly<Record<string, Check>> = {
  type: (rule, value, path) => complainUnless([rule].flat().includes(typeOf(value)), path, `is ${typeOf(value)}`),
  const: (rule, value, path) => complainUnless(value === rule, path, `is not ${String(rule)}`),
  enum: (rule, value, path) =>
    complainUnless((rule as readonly unknown[]).includes(value), path, `is ${String(value)}`),
  minimum: (rule, value, path) =>
    complainUnless(typeof value !== 'number' || value >= Number(rule), path, 'is too small'),
  maximum: (rule, value, path) =>
    complainUnless(typeof value !== 'number' || value <= Number(rule), path, 'is too large'),
  minLength: (rule, value, path) =>
    complainUnless(typeof value !== 'string' || value.length >= Number(rule), path, 'is too short'),
  pattern: (rule, value, path) =>
    complainUnless(typeof value !== 'string' || new RegExp(String(rule)).test(value), path, `is ${String(value)}`),
  items: (rule, value, path, { root }) =>
    Array.isArray(value)
      ? value.flatMap((item, at) => schemaComplaints(rule as Schema, item, `${path}[${at}]`, root))
      : [],
  required: (rule, value, path) =>
    (rule as readonly string[]).flatMap((key) =>
      complainUnless(!isObject(value) || key in value, path, `lacks ${key}`),
    ),
  properties: (rule, value, path, { root }) =>
    Object.entries(rule as Readonly<Record<string, Schema>>).flatMap(([key, inner]) =>
      isObject(value) && key in value ? schemaComplaints(inner, value[key], `${path}.${key}`, root) : [],
    ),
  additionalProperties: (_, value, path, { schema }) =>
    Object.keys(isObject(value) ? value : {}).flatMap((key) =>
      complainUnless(key in (schema['properties'] as object), path, `has ${key}, which the schema does not know`),
    ),
  anyOf: (rule, value, path, { root }) =>
    complainUnless(
      (rule as readonly Schema[]).some((inner) => schemaComplaints(inner, value, path, root).length === 0),
      path,
      'fits none of the alternatives',
    ),
  // WHY: ours point into their own `$defs` only.
  $ref: (rule, value, path, { root }) => {
    const found = (root['$defs'] as Readonly<Record<string, Schema>> | undefined)?.[
      String(rule).replace('#/$defs/', '')
    ];
    return found ? schemaComplaints(found, value, path, root) : [`${path}: ${String(rule)} leads nowhere`];
  },
};
