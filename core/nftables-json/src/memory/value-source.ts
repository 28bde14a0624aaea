/** Values that statements take: constants, reads, map lookups. In: an expression and the types wanted. Out: a function of the packet. */
import type { Expression, ExpressionBodies, ExpressionObject } from '../types/expression.ts';
import type { ValueType, ValueTypes } from '../value/value-type.ts';
import type { Atom, Span } from './atom.ts';
import { isExact, spanOf, swapped, widthOf } from './atom.ts';
import { Refusal } from './error.ts';
import { compileMap } from './lookup.ts';
import { compileRead, isReading, unsupported } from './read.ts';
import type { Load, Run } from './run.ts';
import type { Scope } from './scope.ts';

/** Whether the place that takes the value keeps it in the order of the network or of a little-endian host. */
export type ByteOrder = 'network' | 'host';

/** A value or a range of values, from the packet. */
export type LoadSpan = (run: Run) => readonly [Atom, Atom] | undefined;

/** One value of this type. */
export function compileValue(value: Expression, type: ValueType, order: ByteOrder, scope: Scope): Load {
  if (isReading(value)) return compileCopied(value, type, order, scope);
  const load = compileSpan(value, type, scope);
  return (run) => load(run)?.[0];
}

/**
 * A read that is copied. WHY: nft (1.0.6) copies raw bits byte by byte, also into a place that a little-endian host reads as a number, so
 * the number seen there is that of the bytes turned round.
 */
function compileCopied(value: Expression, type: ValueType, order: ByteOrder, scope: Scope): Load {
  const { types, loads } = compileRead(value, scope);
  const [from, load] = [types[0], loads[0]];
  if (from === undefined || load === undefined || types.length !== 1)
    throw new Refusal('wrong-type', 'one value is needed, not a concatenation');
  if (from.type === type.type) return load;
  if (from.type !== 'integer' || widthOf(from) !== widthOf(type))
    throw new Refusal('wrong-type', `\`${from.type}\` of ${from.bits} bits does not go into \`${type.type}\``);
  if (!isRaw(value) && !isMaskedRaw(value)) return unsupported('a computed value in a place of another type');
  if (order === 'network') return load;
  return (run) => {
    const atom = load(run);
    return atom === undefined ? undefined : swapped(atom, widthOf(type));
  };
}

const isRaw = (value: Expression | undefined): boolean =>
  typeof value === 'object' && 'payload' in value && 'base' in value.payload;

/** Raw bits with some taken away: they are taken in the order of the network, before the copy (seen on the kernel with nft 1.0.6). */
function isMaskedRaw(value: Expression): boolean {
  if (typeof value !== 'object' || !('&' in value)) return false;
  const [left, mask] = value['&'];
  return isRaw(left) && typeof mask === 'number';
}

/** A constant, a range or what a map gives. */
export function compileSpan(value: Expression, type: ValueType, scope: Scope): LoadSpan {
  const lookup = mapOf(value);
  if (lookup !== undefined) {
    const find = compileMap(lookup, [type], scope);
    return (run) => {
      const data = find(run)?.data;
      const [span] = data?.kind === 'value' ? data.span : [];
      return span === undefined ? undefined : ends(span);
    };
  }
  if (isReading(value)) {
    const load = compileValue(value, type, 'network', scope);
    return (run) => {
      const atom = load(run);
      return atom === undefined ? undefined : [atom, atom];
    };
  }
  const span = spanOf(value, type);
  const pair = span && ends(span);
  if (pair === undefined) throw new Refusal('wrong-type', `${JSON.stringify(value)} is no \`${type.type}\``);
  return () => pair;
}

function mapOf(value: Expression): ExpressionBodies['map'] | undefined {
  if (typeof value !== 'object' || Array.isArray(value)) return undefined;
  const object = value as ExpressionObject;
  return 'map' in object ? object.map : undefined;
}

function ends(span: Span): readonly [Atom, Atom] | undefined {
  return span.kind === 'span' ? [span.low, span.high] : undefined;
}

/** A constant of one value; refused when it is a range or of another type. */
export function constantOf(value: Expression, types: ValueTypes): Atom {
  const [type] = types;
  const span = type && spanOf(value, type);
  if (span?.kind !== 'span' || !isExact(span)) throw new Refusal('wrong-type', `${JSON.stringify(value)} is no value`);
  return span.low;
}
