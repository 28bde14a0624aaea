/** `where` expressions as typed matches. */
import type { CompareExpression, Expression, FieldExpression, FieldReference, Value } from '@weir/grammar';
import { suggest } from '../diagnostics/suggest.ts';
import type { FieldType } from '../policy/field.ts';
import { FIELDS, fieldOf } from '../policy/fields.ts';
import type { Match, Operand, PayloadField, Test, ValueRange } from '../policy/match.ts';
import { full } from '../values/ranges.ts';
import { type Environment, textOf } from './environment.ts';
import { all, any } from './end-match.ts';
import { argument, badValue, emptySet, unknownField, wrongType } from './findings.ts';
import { numberLiteral } from './literal-value.ts';
import { fieldHabit } from './habits.ts';
import { operandOf } from './operand.ts';
import { spanOf } from './report.ts';

/** A condition, or undefined when part of it is wrong, which has then been reported. */
export function condition(expression: Expression, env: Environment): Match | undefined {
  switch (expression.kind) {
    case 'or':
    case 'and': {
      const parts = expression.operands.map((operand) => condition(operand, env));
      if (parts.includes(undefined)) return undefined;
      const of = parts.flatMap((part) => part ?? []);
      return expression.kind === 'or' ? any(of) : all(of);
    }
    case 'not': {
      const of = condition(expression.operand, env);
      return of && { kind: 'not', of };
    }
    case 'field':
      return flagTest(expression, env);
    case 'compare':
      return comparison(expression, env);
    default:
      return expression satisfies never;
  }
}

interface Target {
  readonly field: string | PayloadField;
  readonly type: FieldType;
}

function target(reference: FieldReference, env: Environment): Target | undefined {
  if (reference.kind === 'call') return payloadField(reference, env);
  const field = fieldOf(reference.text);
  if (field !== undefined) return { field: field.id, type: field.type };
  const near = suggest(reference.text, FIELDS.keys());
  const help = fieldHabit(reference.text);
  return env.world.report.add(unknownField(spanOf(env.file, reference), { name: reference.text, near, help }));
}

const BASES = ['link', 'network', 'transport'] as const;

/** `payload(link|network|transport, OFFSET, BITS)`. */
function payloadField(call: Extract<FieldReference, { kind: 'call' }>, env: Environment): Target | undefined {
  const span = spanOf(env.file, call);
  if (call.callee.text !== 'payload') {
    const near = suggest(call.callee.text, ['payload']);
    return env.world.report.add(unknownField(span, { name: call.callee.text, near }));
  }
  const [where, offset, bits] = call.args.map((arg) => arg.value);
  const base = BASES.find((name) => where?.kind === 'name-value' && where.text === name);
  if (base === undefined || offset?.kind !== 'number' || bits?.kind !== 'number' || call.args.length !== 3) {
    const help = 'write `payload(link, OFFSET, BITS)`, `payload(network, …)` or `payload(transport, …)`';
    return env.world.report.add(argument(span, { message: 'payload wants a header, an offset and a width', help }));
  }
  const from = numberLiteral(offset, 0n, 2040n, 'an offset in bits', env);
  const width = numberLiteral(bits, 1n, 128n, 'a width in bits', env);
  if (from === undefined || width === undefined) return undefined;
  const field: PayloadField = { kind: 'payload', base, offset: Number(from.low), bits: Number(width.low) };
  return { field, type: { kind: 'number', bits: field.bits } };
}

function flagTest(expression: FieldExpression, env: Environment): Match | undefined {
  const found = target(expression.field, env);
  if (found === undefined) return undefined;
  const span = spanOf(env.file, expression);
  if (found.type.kind !== 'flag') {
    const params = { text: textOf(env, expression), wanted: 'true or false', help: 'compare it with a value' };
    return env.world.report.add(wrongType(span, params));
  }
  return { kind: 'test', field: found.field, negated: false, operand: { kind: 'values', ranges: [one] }, span };
}

const one: ValueRange = { low: 1n, high: 1n };

function comparison(expression: CompareExpression, env: Environment): Match | undefined {
  const found = target(expression.field, env);
  if (found === undefined) return undefined;
  const span = spanOf(env.file, expression);
  if (found.type.kind === 'flag') {
    const params = {
      text: textOf(env, expression.field),
      wanted: 'a value',
      help: 'write the field alone, or `not` it',
    };
    return env.world.report.add(wrongType(span, params));
  }
  const { operator } = expression;
  if (operator === '<' || operator === '<=' || operator === '>' || operator === '>=') {
    return ordered(expression, found, env);
  }
  const mask = expression.mask && maskValue(expression.mask, found.type, env);
  if (expression.mask && mask === undefined) return undefined;
  const operands = operandOf(expression.right, found.type, env);
  if (operands === undefined) return undefined;
  const negated = operator === '!=' || operator === 'not-in';
  return matchOf(found, operands, { negated, mask, expression }, env);
}

interface Comparison {
  readonly negated: boolean;
  readonly mask: bigint | undefined;
  readonly expression: CompareExpression;
}

function matchOf(
  found: Target,
  operands: readonly Operand[],
  { negated, mask, expression }: Comparison,
  env: Environment,
): Match | undefined {
  const span = spanOf(env.file, expression);
  if (operands.length === 0) return env.world.report.add(emptySet(span, { what: 'the right side' }));
  const outside = operands.some(
    (operand) => mask !== undefined && operand.kind === 'values' && operand.ranges.some((r) => (r.low & ~mask) !== 0n),
  );
  if (outside) {
    const params = { text: textOf(env, expression.right), why: 'has bits that the mask takes away' };
    return env.world.report.add(badValue(spanOf(env.file, expression.right), params));
  }
  const tests = operands.map((operand): Test => ({
    kind: 'test',
    field: found.field,
    ...(mask !== undefined && { mask }),
    negated,
    operand,
    span,
  }));
  return negated ? all(tests) : any(tests);
}

const bitsOf = (type: FieldType): number => {
  if (type.kind === 'number') return type.bits;
  return type.kind === 'mac' ? 48 : type.kind === 'ipv4' ? 32 : 128;
};

/** A mask: a number, an address of the field's kind, or a set of the field's names joined. */
function maskValue(value: Value, type: FieldType, env: Environment): bigint | undefined {
  const operands = operandOf(value, type, env);
  if (operands === undefined) return undefined;
  let mask = 0n;
  for (const operand of operands) {
    if (operand.kind !== 'values' || operand.ranges.some((r) => r.low !== r.high && value.kind !== 'set-value')) {
      const params = { text: textOf(env, value), wanted: 'a mask' };
      return env.world.report.add(wrongType(spanOf(env.file, value), params));
    }
    for (const range of operand.ranges) for (let v = range.low; v <= range.high; v += 1n) mask |= v;
  }
  return mask;
}

/** `<` and its kin: numbers and addresses are ordered. */
function ordered(expression: CompareExpression, found: Target, env: Environment): Match | undefined {
  const span = spanOf(env.file, expression);
  const { right, operator } = expression;
  const edge = expression.mask === undefined ? edgeOf(right, found.type, env) : 'unordered';
  if (edge === undefined) return undefined;
  if (edge === 'unordered') {
    const params = { text: textOf(env, expression), wanted: 'a comparison with one value' };
    return env.world.report.add(wrongType(span, params));
  }
  const bounds = full(bitsOf(found.type));
  const low = operator === '>' ? edge + 1n : operator === '>=' ? edge : bounds.low;
  const high = operator === '<' ? edge - 1n : operator === '<=' ? edge : bounds.high;
  if (low > high) {
    const why = `leaves nothing: the field is ${bounds.low}–${bounds.high}`;
    return env.world.report.add(badValue(span, { text: textOf(env, expression), why }));
  }
  return {
    kind: 'test',
    field: found.field,
    negated: false,
    operand: { kind: 'values', ranges: [{ low, high }] },
    span,
  };
}

/** The one value that a field is compared with; undefined when it is wrong, which has then been reported. */
function edgeOf(value: Value, type: FieldType, env: Environment): bigint | 'unordered' | undefined {
  const isOne =
    value.kind === 'number' || value.kind === 'address' || value.kind === 'mac' || value.kind === 'name-value';
  if (!isOne) return 'unordered';
  const operands = operandOf(value, type, env);
  if (operands === undefined) return undefined;
  const [only] = operands;
  if (operands.length !== 1 || only?.kind !== 'values') return 'unordered';
  const [range] = only.ranges;
  return range !== undefined && only.ranges.length === 1 && range.low === range.high ? range.low : 'unordered';
}
