/** Elements as documents write them. In: an element and the types of its set. Out: its key as spans, its data, its properties; or a refusal. */
import type { Expression, ExpressionObject } from '../types/expression.ts';
import type { ValueTypes } from '../value/value-type.ts';
import type { Atom, Span } from './atom.ts';
import { isExact, spanOf } from './atom.ts';
import type { Element, ElementData } from './element-store.ts';
import { Refusal } from './error.ts';
import type { Verdict } from './run.ts';
import type { Stateful } from './stateful.ts';

/** What a set or map is, as far as its elements are concerned. */
export interface ElementShape {
  /** For messages. */
  readonly name: string;
  readonly key: ValueTypes;
  readonly isMap: boolean;
  readonly isVerdict: boolean;
  readonly data: ValueTypes | undefined;
  /** False where only single values may stand. */
  readonly allowsIntervals: boolean;
  readonly timeout: number | undefined;
  /** Fresh state of the statements that every element carries. */
  readonly stateful: () => readonly Stateful[];
}

const isObject = (value: unknown): value is ExpressionObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parts(value: Expression): readonly Expression[] {
  return isObject(value) && 'concat' in value ? value.concat : [value];
}

/** The key that `value` stands for; `*` is the catch-all and gives no spans. */
export function keyOf(value: Expression, shape: ElementShape): readonly Span[] {
  if (value === '*') return [];
  const values = parts(value);
  if (values.length !== shape.key.length) wrong(`\`${shape.name}\` has keys of ${shape.key.length} components`);
  return shape.key.map((type, index) => {
    const span = spanOf(values[index], type);
    if (span === undefined)
      return wrong(`${JSON.stringify(values[index])} is no \`${type.type}\` of \`${shape.name}\``);
    if (!shape.allowsIntervals && !isExact(span)) return wrong(`\`${shape.name}\` is no set of intervals`);
    return span;
  });
}

function wrong(message: string): never {
  throw new Refusal('wrong-type', message);
}

/** A verdict as an expression or statement; undefined when it is none. */
export function verdictOf(value: unknown): Verdict | undefined {
  if (!isObject(value)) return undefined;
  if ('jump' in value) return { kind: 'jump', target: value.jump.target };
  if ('goto' in value) return { kind: 'goto', target: value.goto.target };
  for (const kind of ['accept', 'drop', 'continue', 'return'] as const) if (kind in value) return { kind };
  return undefined;
}

function dataOf(value: Expression, shape: ElementShape): ElementData {
  if (shape.isVerdict) {
    const verdict = verdictOf(value);
    return verdict === undefined ? wrong(`${JSON.stringify(value)} is no verdict`) : { kind: 'verdict', verdict };
  }
  const types = shape.data;
  if (types === undefined)
    return typeof value === 'string' ? { kind: 'object', name: value } : wrong(`\`${shape.name}\` gives names`);
  const values = parts(value);
  if (values.length !== types.length) wrong(`\`${shape.name}\` gives ${types.length} components`);
  const span = types.map((type, index) => {
    const one = spanOf(values[index], type);
    return one ?? wrong(`${JSON.stringify(values[index])} is no \`${type.type}\` that \`${shape.name}\` gives`);
  });
  return { kind: 'value', span };
}

const textOf = (data: ElementData | undefined): string =>
  data === undefined
    ? ''
    : JSON.stringify(data, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));

/** An element as a document writes it. `now` is the virtual clock in nanoseconds. */
export function readElement(
  written: Expression,
  shape: ElementShape,
  now: number,
  sequence: number | undefined,
): Element {
  const pair = Array.isArray(written) ? (written as readonly Expression[]) : undefined;
  if (shape.isMap !== (pair !== undefined))
    wrong(`an element of \`${shape.name}\` is ${shape.isMap ? 'a pair' : 'no pair'}`);
  const left = pair === undefined ? written : pair[0];
  const right = pair?.[1];
  if (left === undefined) return wrong('an element without key');
  const body = isObject(left) && 'elem' in left ? left.elem : undefined;
  const value = body === undefined ? left : body.val;
  const data = right === undefined ? undefined : dataOf(right, shape);
  if (shape.isMap && data === undefined) wrong(`an element of \`${shape.name}\` has no data`);
  const timeout = body?.timeout ?? shape.timeout;
  const lives = body?.expires ?? timeout;
  return {
    key: keyOf(value, shape),
    written: value,
    writtenData: right,
    data,
    dataText: textOf(data),
    timeout,
    expires: lives === undefined || lives === 0 ? undefined : now + lives * 1e9,
    comment: body?.comment,
    stateful: shape.stateful(),
    sequence,
  };
}

/** An element that a packet adds. */
export function learnedElement(
  atoms: readonly Atom[],
  written: Expression,
  value: { readonly timeout: number | undefined; readonly stateful: readonly Stateful[]; readonly now: number },
  data?: { readonly data: ElementData; readonly written: Expression },
): Element {
  return {
    key: atoms.map((atom) => ({ kind: 'span', low: atom, high: atom })),
    written,
    writtenData: data?.written,
    data: data?.data,
    dataText: textOf(data?.data),
    timeout: value.timeout,
    expires: value.timeout === undefined || value.timeout === 0 ? undefined : value.now + value.timeout * 1e9,
    comment: undefined,
    stateful: value.stateful,
    sequence: undefined,
  };
}
