/**
 * Matches. In: a match statement and the scope of its rule. Out: a step.
 * WHY: `==` and `!=` compare whole values, also of flags; `in` asks for any bit of a type of flags and is `==` elsewhere; with a set all
 * of them ask for membership (nft 1.0.6, `--debug=netlink`). What the packet lacks breaks the rule, negated or not.
 */
import type { Expression, ExpressionObject } from '../types/expression.ts';
import type { StatementBodies } from '../types/statement.ts';
import { BIT_TYPES } from '../types/symbol.ts';
import type { ValueType } from '../value/value-type.ts';
import type { Atom, Span } from './atom.ts';
import { bigOf, isExact, isWithin, spanOf } from './atom.ts';
import { Refusal } from './error.ts';
import type { Read } from './read.ts';
import { compileRead } from './read.ts';
import { atomsOf, compileMembership } from './lookup.ts';
import type { Load, Run, Step } from './run.ts';
import type { Scope } from './scope.ts';
import { learn, learnRange } from './scope.ts';

type MatchBody = StatementBodies['match'];

const isSet = (value: Expression): boolean =>
  (typeof value === 'string' && value.startsWith('@')) ||
  (typeof value === 'object' && !Array.isArray(value) && 'set' in value);

/** Compiles a match; steps that nft adds by itself come before it. */
export function compileMatch(body: MatchBody, scope: Scope): void {
  const read = withShortLoad(compileRead(body.left, scope), body);
  const step = isSet(body.right) ? membership(body, read, scope) : comparison(body, read);
  learnFrom(body, read, scope);
  scope.steps.push(step);
}

/**
 * WHY: for a prefix that ends with a byte nft loads no more than those bytes (nft 1.0.6, seen on the kernel), so a header that is cut off
 * behind them matches or not by them alone.
 */
function withShortLoad(read: Read, { left, right }: MatchBody): Read {
  const [load] = read.loads;
  const [type] = read.types;
  if (typeof right !== 'object' || Array.isArray(right) || !('prefix' in right)) return read;
  if (typeof left !== 'object' || Array.isArray(left) || !('payload' in left)) return read;
  const { len } = right.prefix;
  if (load === undefined || type === undefined || len === 0 || len % 8 !== 0) return read;
  const missing = (type.bits - len) / 8;
  const padded: Load = (run) => {
    const { layers } = run;
    const bytes = new Uint8Array(layers.bytes.length + missing);
    bytes.set(layers.bytes);
    return load({ ...run, layers: { ...layers, bytes } });
  };
  return { ...read, loads: [padded] };
}

function membership(body: MatchBody, read: Read, scope: Scope): Step {
  if (body.op !== '==' && body.op !== '!=' && body.op !== 'in')
    throw new Refusal('wrong-type', `\`${body.op}\` cannot be asked of a set`);
  const find = compileMembership(body.right, read, scope);
  const isNegated = body.op === '!=';
  return (run) => {
    const atoms = atomsOf(read, run);
    if (atoms === undefined) return 'break';
    return (find(atoms, run) === undefined) === isNegated ? 'next' : 'break';
  };
}

function comparison(body: MatchBody, read: Read): Step {
  const values: readonly Expression[] =
    typeof body.right === 'object' && !Array.isArray(body.right) && 'concat' in body.right
      ? (body.right.concat as readonly Expression[])
      : [body.right];
  if (values.length !== read.types.length)
    throw new Refusal('wrong-type', 'both sides of a match need as many components');
  if (values.length > 1) return comparisonOfMany(body, read, values);
  const [type] = read.types;
  const [load] = read.loads;
  if (type === undefined || load === undefined) throw new Refusal('wrong-type', 'a match of nothing');
  if (typeof body.right === 'boolean' && type.type !== 'boolean') return presence(body.op, body.right, load);
  const test = tester(body.op, spanFor(body.right, type), type);
  return (run: Run) => {
    const atom = load(run);
    return atom !== undefined && test(atom) ? 'next' : 'break';
  };
}

/** WHY: `true` and `false` ask whether there is a route at all (`fib … exists`, `missing`). */
function presence(op: MatchBody['op'], isWanted: boolean, load: Load): Step {
  const isEqual = op !== '!=';
  return (run) => (((load(run) !== undefined) === isWanted) === isEqual ? 'next' : 'break');
}

function comparisonOfMany(body: MatchBody, read: Read, values: readonly Expression[]): Step {
  if (body.op !== '==' && body.op !== '!=') throw new Refusal('wrong-type', `\`${body.op}\` of a concatenation`);
  const spans = read.types.map((type, index) => spanFor(values[index] ?? '', type));
  return (run) => {
    const atoms = atomsOf(read, run);
    if (atoms === undefined) return 'break';
    const isEqual = spans.every((span, index) => isWithin(span, atoms[index] ?? ''));
    return isEqual === (body.op === '==') ? 'next' : 'break';
  };
}

function spanFor(value: Expression, type: ValueType): Span {
  const span = spanOf(value, type);
  if (span === undefined) throw new Refusal('wrong-type', `${JSON.stringify(value)} is no \`${type.type}\``);
  return span;
}

function tester(op: MatchBody['op'], span: Span, type: ValueType): (atom: Atom) => boolean {
  switch (op) {
    case '==':
      return (atom) => isWithin(span, atom);
    case '!=':
      return (atom) => !isWithin(span, atom);
    case 'in':
      return BIT_TYPES.has(type.type) && span.kind === 'span' && isExact(span)
        ? anyBit(span.low)
        : (atom) => isWithin(span, atom);
    case '<':
    case '>':
    case '<=':
    case '>=':
      return ordered(op, single(span));
    default:
      return op satisfies never;
  }
}

function anyBit(bits: Atom): (atom: Atom) => boolean {
  const wanted = bigOf(bits);
  return (atom) => (bigOf(atom) & wanted) !== 0n;
}

function single(span: Span): Atom {
  if (span.kind === 'span' && isExact(span) && typeof span.low !== 'string') return span.low;
  throw new Refusal('wrong-type', 'only one number can be compared by order');
}

function ordered(op: '<' | '>' | '<=' | '>=', bound: Atom): (atom: Atom) => boolean {
  switch (op) {
    case '<':
      return (atom) => atom < bound;
    case '>':
      return (atom) => atom > bound;
    case '<=':
      return (atom) => atom <= bound;
    case '>=':
      return (atom) => atom >= bound;
    default:
      return op satisfies never;
  }
}

/** WHY: nft learns from `==` with a value and from every member of a set, in ascending order: the highest one counts (nft 1.0.6). */
function learnFrom(body: MatchBody, read: Read, scope: Scope): void {
  if (body.op !== '==' && body.op !== 'in') return;
  const { left, right } = body;
  const [type] = read.types;
  if (type === undefined || typeof left !== 'object' || Array.isArray(left)) return;
  const object = left as ExpressionObject;
  if ('concat' in object) return;
  const isAnonymous = typeof right === 'object' && !Array.isArray(right) && 'set' in right;
  const values: number[] = [];
  for (const value of isAnonymous ? right.set : [right]) {
    const span = typeof value === 'string' && value.startsWith('@') ? undefined : spanOf(value, type);
    if (span?.kind !== 'span' || typeof span.low !== 'number' || typeof span.high !== 'number') continue;
    if (isExact(span)) values.push(span.low);
    else if (!isAnonymous) learnRange(scope, object, span.low, span.high);
  }
  for (const value of values.toSorted((a, b) => a - b)) learn(scope, object, value);
}
